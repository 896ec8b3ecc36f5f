using System.Net;
using System.Text.Json.Nodes;
using Lakehouse.BotWorker.Cycles;
using Lakehouse.ServiceDefaults.Telemetry;
using Lakehouse.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Lakehouse.BotWorker.Tests.Worker;

/// <summary>A gap's way through its states, as programs see it.</summary>
public sealed class GapStateTests(TestPostgres postgres)
{
    /// <summary>Rows that no worker looks at.</summary>
    private const string Elsewhere = "/elsewhere";

    private const string OneGap = $"# Plan\n{WorkerTarget.GapLine}\n";

    private static readonly Gap TheGap = new(WorkerTarget.GapId, WorkerTarget.GapLine, "", 1);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Gap_that_fails_cools_down_longer_each_time_and_is_parked_until_a_person_unparks_it()
    {
        await using var worker = await CreateAsync(parkAfter: 3);
        worker.Start();
        worker.Gateway.Answer = """{"cannot":"the file is binary"}""";
        var first = (await worker.RunAsync()).Cycle;
        Assert.Equal(CycleOutcome.ProposalRejected, first.Outcome);
        await StandsAsync(worker, "cooling_down", failures: 1, first.FinishedAt + TimeSpan.FromHours(1));

        await SkippedAsync(worker, gapId: null, EndCode.CoolingDown, "1 cooling down until");
        worker.Clock.Ahead += TimeSpan.FromMinutes(61);
        await StandsAsync(worker, "eligible", failures: 1, until: null);
        var second = (await worker.RunAsync()).Cycle;
        await StandsAsync(worker, "cooling_down", failures: 2, second.FinishedAt + TimeSpan.FromHours(2));
        worker.Clock.Ahead += TimeSpan.FromMinutes(61);
        await SkippedAsync(worker, gapId: null, EndCode.CoolingDown, "1 cooling down until");

        // the pause is for the policy; a person may
        Assert.Equal(CycleOutcome.ProposalRejected, (await worker.RunAsync(new { gap_id = WorkerTarget.GapId })).Cycle.Outcome);
        var parked = await StandsAsync(worker, "parked", failures: 3, until: null);
        Assert.Equal(("bot", "3 failures in a row, the last as proposal_rejected"), ((string?)parked["parked"]!["by"], (string?)parked["parked"]!["reason"]));
        worker.Clock.Ahead += TimeSpan.FromDays(40);
        await SkippedAsync(worker, gapId: null, EndCode.Parked, "1 parked until a person unparks");
        await SkippedAsync(worker, WorkerTarget.GapId, EndCode.Parked, "unpark it on the Bot page");
        Assert.Equal(3, worker.Gateway.Calls.Count());
        Assert.Equal((3, 3 * 1_234_567L), ((int)parked["attempts"]!, (long)parked["cost_nano_usd"]!));
        Assert.Equal(["proposal_rejected", "skipped_policy"], (await GapAsync(worker))["latest"]!.AsArray().Select(end => (string?)end!["outcome"]).Distinct().Order());

        var answer = await PostAsync(worker, $"api/gaps/{WorkerTarget.GapId}/unpark", HttpStatusCode.OK);
        Assert.Contains("not parked any more", (string?)answer["message"], StringComparison.Ordinal);
        await StandsAsync(worker, "eligible", failures: 0, until: null);
        worker.Gateway.Answer = StubGateway.Welcome;
        var landed = (await worker.RunAsync()).Cycle;
        Assert.Equal(CycleOutcome.Ok, landed.Outcome);
        var open = await StandsAsync(worker, "open_pr", failures: 0, until: null);
        Assert.Equal(landed.PrUrl, (string?)open["pr_url"]);

        var pull = Assert.Single(worker.LocalPulls());
        await File.WriteAllTextAsync(pull, (await File.ReadAllTextAsync(pull, Cancelled)).Replace("\"open\"", "\"closed\"", StringComparison.Ordinal), Cancelled);
        worker.Clock.Ahead += TimeSpan.FromMinutes(2);
        await StandsAsync(worker, "declined", failures: 0, until: null);
    }

    [Fact]
    public async Task Failure_that_is_not_the_gaps_own_does_not_count()
    {
        await using var worker = await CreateAsync(parkAfter: 1);
        worker.Start();
        worker.Gateway.BudgetStatus = 503;
        Assert.Equal(CycleOutcome.ModelFailed, (await worker.RunAsync(new { gap_id = WorkerTarget.GapId })).Cycle.Outcome);
        worker.Gateway.BudgetStatus = 200;
        worker.Gateway.Answer = "no json";
        Assert.Equal(CycleOutcome.ModelFailed, (await worker.RunAsync(new { gap_id = WorkerTarget.GapId, depth = "propose" })).Cycle.Outcome);
        worker.Gateway.Gate = new TaskCompletionSource().Task;
        var cancelled = await worker.EnqueueAsync(new { gap_id = WorkerTarget.GapId });
        await Eventually.TrueAsync(() => Task.FromResult(worker.Gateway.Calls.Count() == 2), Cancelled);
        Assert.Equal("in_progress", (string?)(await GapAsync(worker))["state"]);

        await PostAsync(worker, $"api/cycles/{cancelled}/cancel", HttpStatusCode.Accepted);

        Assert.Equal((CycleOutcome.ModelFailed, EndCode.Cancelled), ((await worker.FinishedAsync(cancelled)).Cycle.Outcome, (await worker.GetAsync(cancelled)).Cycle.Code));
        var gap = await StandsAsync(worker, "eligible", failures: 0, until: null);
        // only the dry run's call was answered, and what it cost is the gap's
        Assert.Equal((1, 1_234_567L), ((int)gap["attempts"]!, (long)gap["cost_nano_usd"]!));
    }

    [Fact]
    public async Task Gaps_that_fail_at_the_same_moment_are_counted_one_by_one()
    {
        await using var worker = await CreateAsync(parkAfter: 8);
        worker.Start();
        var store = worker.Services.GetRequiredService<CycleStore>();
        var ledger = worker.Services.GetRequiredService<GapLedger>();
        async Task<Parked?> ParkedAsync() => (await ledger.ReadAsync(Elsewhere, [TheGap], except: null, Cancelled))[WorkerTarget.GapId].Facts.Parked;
        Task Fail(int number) => store.EndStepAsync(Failed(worker, number), TelemetryNames.Cycle.Report, StepState.Done, "x", Cancelled);
        for (var number = 0; number < 8; number++)
        {
            await store.InsertAsync(Failed(worker, number) with { Outcome = null, FinishedAt = null }, Cancelled);
        }

        await Task.WhenAll(Enumerable.Range(0, 7).Select(Fail));
        Assert.Null(await ParkedAsync());
        await ledger.UnparkAsync(Elsewhere, WorkerTarget.GapId, Cancelled);
        worker.Clock.Ahead += TimeSpan.FromSeconds(1);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(Fail));

        Assert.Equal("8 failures in a row, the last as tests_failed", (await ParkedAsync())?.Reason);
    }

    [Fact]
    public async Task Worker_killed_while_it_stores_the_last_failure_parks_the_gap_once_it_is_back()
    {
        await using var worker = await CreateAsync(parkAfter: 1);
        worker.Gateway.Answer = "no json";
        await worker.StartProcessAsync();
        await using var gate = await CrashGate.OpenAsync(worker.ConnectionString);
        await gate.CloseAsync(TelemetryNames.Cycle.Report, "done");
        var cycleId = await worker.EnqueueAsync();
        await gate.KillAtAsync(worker);
        await gate.LiftAsync();
        await worker.StartProcessAsync();

        await worker.FinishedAsync(cycleId);

        await StandsAsync(worker, "parked", failures: 1, until: null);
    }

    [Fact]
    public async Task Unpark_of_what_is_no_gap_is_404()
    {
        await using var worker = await CreateAsync(parkAfter: 1);
        worker.Start();

        var problem = await PostAsync(worker, "api/gaps/000000000000/unpark", HttpStatusCode.NotFound);

        Assert.Contains("000000000000", (string?)problem["detail"], StringComparison.Ordinal);
    }

    private static CycleRecord Failed(WorkerHost worker, int number) => new()
    {
        CycleId = $"20260101T000000Z-00000{number}", Repository = Elsewhere, Depth = CycleDepth.Full, Gap = TheGap, RequestedGapId = TheGap.Id, TraceId = "", TraceParent = "",
        EnqueuedAt = worker.Clock.GetUtcNow(), Tries = [new(1, worker.Clock.GetUtcNow())], FinishedAt = worker.Clock.GetUtcNow(), Outcome = CycleOutcome.TestsFailed,
    };

    private static async Task<JsonNode> StandsAsync(WorkerHost worker, string state, int failures, DateTimeOffset? until)
    {
        var gap = await GapAsync(worker);
        Assert.Equal((state, failures), ((string?)gap["state"], (int)gap["failures_in_a_row"]!));
        Assert.Equal(until?.ToUnixTimeMilliseconds(), gap["cooling_until"]?.GetValue<DateTimeOffset>().ToUnixTimeMilliseconds());
        return gap;
    }

    private static async Task SkippedAsync(WorkerHost worker, string? gapId, EndCode code, string reason)
    {
        var calls = worker.Gateway.Calls.Count();
        var cycle = (await worker.RunAsync(new { gap_id = gapId })).Cycle;
        Assert.Equal((CycleOutcome.SkippedPolicy, code), (cycle.Outcome, cycle.Code));
        Assert.Contains(reason, cycle.Reason, StringComparison.Ordinal);
        Assert.Equal(calls, worker.Gateway.Calls.Count());
    }

    private static async Task<JsonNode> GapAsync(WorkerHost worker) => JsonNode.Parse(await worker.Http.GetStringAsync("api/gaps", Cancelled))![0]!;

    private static async Task<JsonNode> PostAsync(WorkerHost worker, string path, HttpStatusCode status)
    {
        using var response = await worker.Http.PostAsync(path, content: null, Cancelled);
        var text = await response.Content.ReadAsStringAsync(Cancelled);
        Assert.True(response.StatusCode == status, $"{response.StatusCode}: {text}");
        return JsonNode.Parse(text)!;
    }

    private async Task<WorkerHost> CreateAsync(int parkAfter)
    {
        var worker = await WorkerHost.CreateAsync(postgres, OneGap);
        worker.Settings["Bot:GapPause:ParkAfter"] = $"{parkAfter}";
        return worker;
    }
}
