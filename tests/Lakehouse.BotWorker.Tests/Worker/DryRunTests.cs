using Lakehouse.BotWorker.Cycles;
using Lakehouse.Testing;

namespace Lakehouse.BotWorker.Tests.Worker;

public sealed class DryRunTests(TestPostgres postgres)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Dry_runs_show_the_patch_publish_nothing_leave_nothing_and_are_no_attempts()
    {
        await using var worker = (await WorkerHost.CreateAsync(postgres)).Start();

        var propose = (await worker.RunAsync(new { gap_id = WorkerTarget.GapId, depth = "propose" })).Cycle;
        await worker.AssertNothingLeftAsync();
        var rehearse = (await worker.RunAsync(new { gap_id = WorkerTarget.GapId, depth = "rehearse" })).Cycle;

        Assert.Equal([(CycleOutcome.Ok, true), (CycleOutcome.Ok, true)], new[] { propose, rehearse }.Select(cycle => (cycle.Outcome!.Value, cycle.DryRun)));
        Assert.Equal((null, true, null), (propose.Tests, rehearse.Tests!.Green, rehearse.PrUrl));
        Assert.Contains("-hello\n+welcome", rehearse.Patch, StringComparison.Ordinal);
        Assert.Equal(rehearse.Patch, propose.Patch);
        Assert.Contains("Nothing was pushed", rehearse.Reason, StringComparison.Ordinal);
        await worker.AssertNothingLeftAsync();
        Assert.False(Directory.Exists(Path.Combine(worker.DataFolder, "data", "forge")));
        var page = await worker.Http.GetStringAsync($"api/cycles/{rehearse.CycleId}/fragment", Cancelled);
        Assert.Contains("<span class=\"a\">&#x2B;welcome</span>", page, StringComparison.Ordinal);

        var full = (await worker.RunAsync(new { gap_id = WorkerTarget.GapId })).Cycle;
        Assert.Equal((CycleOutcome.Ok, 0), (full.Outcome, full.History.Count));
    }

    [Fact]
    public async Task Rehearsal_ends_as_the_cycle_would_have()
    {
        await using var worker = (await WorkerHost.CreateAsync(postgres)).Start();
        worker.Gateway.Answer = StubGateway.Files("Say good day", ("greeting.txt", "good day\n", false));

        var cycle = (await worker.RunAsync(new { gap_id = WorkerTarget.GapId, depth = "rehearse" })).Cycle;

        Assert.Equal((CycleOutcome.TestsFailed, true), (cycle.Outcome, cycle.DryRun));
        await worker.AssertNothingLeftAsync();
    }
}
