using Lakehouse.BotWorker.Cycles;
using Lakehouse.Testing;
using Npgsql;

namespace Lakehouse.BotWorker.Tests.Worker;

/// <summary>What a cycle taught reaches the gateway's playbooks, and cannot change how it ended.</summary>
public sealed class LessonTests(TestPostgres postgres)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Failed_and_landed_cycles_are_told_and_their_tests_grade_what_the_prompt_was_given()
    {
        await using var worker = (await WorkerHost.CreateAsync(postgres)).Start();
        worker.Gateway.Context = "mem_1, pbk_1,pbk_2, fill-city-required";
        worker.Gateway.Answer = StubGateway.Files("Say good day", ("greeting.txt", "good day\n", false));
        var red = await worker.RunAsync(new { gap_id = WorkerTarget.GapId });
        worker.Gateway.Answer = StubGateway.Welcome;
        var green = await worker.RunAsync(new { gap_id = WorkerTarget.GapId });

        // at its end and by the loop that finishes what was left, a cycle may be told twice at once
        await Eventually.TrueAsync(async () => !await IsForgottenAsync(worker, red.Cycle.CycleId) && !await IsForgottenAsync(worker, green.Cycle.CycleId), Cancelled);
        var told = worker.Gateway.Told.DistinctBy(call => $"{call.Path} {call.Body.ToJsonString()}").ToList();

        Assert.Equal((CycleOutcome.TestsFailed, CycleOutcome.Ok), (red.Cycle.Outcome, green.Cycle.Outcome));
        Assert.Equal(["pbk_1", "pbk_2"], green.Cycle.ModelCall!.Context!.Where(id => id.StartsWith("pbk_", StringComparison.Ordinal)));
        Assert.Equal(["/v1/playbooks", "/v1/playbooks/outcomes", "/v1/playbooks", "/v1/playbooks/outcomes"], told.Select(call => call.Path));
        var repository = Path.GetFileName(worker.Target.Path);
        Assert.Equal(
            [$"cycle: {repository} gap {WorkerTarget.GapId} failed", $"cycle: {repository} gap {WorkerTarget.GapId} landed"],
            [told[0].Body["operation"]!.ToString(), told[2].Body["operation"]!.ToString()]);
        Assert.All([told[0].Body, told[2].Body], seed => Assert.Equal("bot.proposal", seed["task_class"]!.ToString()));
        Assert.StartsWith($"Gap: {WorkerTarget.GapLine} Outcome: tests_failed: ", told[0].Body["approach"]!.ToString(), StringComparison.Ordinal);
        Assert.EndsWith("Files: greeting.txt", told[2].Body["approach"]!.ToString(), StringComparison.Ordinal);
        Assert.Equal((red.Cycle.CycleId, "tests", false, "pbk_1,pbk_2"), Outcome(told[1].Body));
        Assert.Equal((green.Cycle.CycleId, "tests", true, "pbk_1,pbk_2"), Outcome(told[3].Body));

        static (string, string, bool, string) Outcome(System.Text.Json.Nodes.JsonNode body) => (
            body["source_id"]!.ToString(), body["kind"]!.ToString(), body["success"]!.GetValue<bool>(), string.Join(',', body["playbooks"]!.AsArray().Select(id => id!.ToString())));
    }

    [Fact]
    public async Task Gateway_that_fails_changes_no_outcome_and_is_told_again_once()
    {
        await using var worker = (await WorkerHost.CreateAsync(postgres)).Start();
        worker.Gateway.PlaybooksStatus = 503;

        var view = await worker.RunAsync();

        Assert.Equal(CycleOutcome.Ok, view.Cycle.Outcome);
        await Eventually.TrueAsync(() => Task.FromResult(worker.Gateway.AskedOfPlaybooks >= 2), Cancelled);
        Assert.True(await IsForgottenAsync(worker, view.Cycle.CycleId));
        worker.Gateway.PlaybooksStatus = 200;
        await Eventually.TrueAsync(async () => !await IsForgottenAsync(worker, view.Cycle.CycleId), Cancelled);
        Assert.Single(worker.Gateway.Told.Select(call => call.Body.ToJsonString()).Distinct());
    }

    [Fact]
    public async Task What_the_gateway_refuses_is_not_told_again_and_what_taught_nothing_not_at_all()
    {
        await using var worker = (await WorkerHost.CreateAsync(postgres)).Start();
        worker.Gateway.PlaybooksStatus = 400;
        var refused = await worker.RunAsync(new { gap_id = WorkerTarget.GapId });
        await Eventually.TrueAsync(async () => !await IsForgottenAsync(worker, refused.Cycle.CycleId), Cancelled);
        worker.Gateway.PlaybooksStatus = 200;
        worker.Gateway.Answer = """{"nothing_to_do":"it is done"}""";

        var noop = await worker.RunAsync(new { depth = "propose" });
        var unanswered = await WithStatusAsync(worker, 500);
        await Eventually.TrueAsync(async () => !await IsForgottenAsync(worker, unanswered), Cancelled);

        Assert.True(noop.Cycle.DryRun);
        Assert.Empty(worker.Gateway.Told);
    }

    private static async Task<string> WithStatusAsync(WorkerHost worker, int status)
    {
        worker.Gateway.Status = status;
        var view = await worker.RunAsync();
        return view.Cycle.CycleId;
    }

    private static async Task<bool> IsForgottenAsync(WorkerHost worker, string cycleId)
    {
        await using var connection = new NpgsqlConnection(worker.ConnectionString);
        await connection.OpenAsync(Cancelled);
        await using var command = new NpgsqlCommand("select remembered_at is null from bot.cycles where cycle_id = $1", connection) { Parameters = { new() { Value = cycleId } } };
        return await command.ExecuteScalarAsync(Cancelled) is true;
    }
}
