using Lakehouse.BotWorker.Cycles;
using Lakehouse.ServiceDefaults.Telemetry;
using Lakehouse.Testing;
using Npgsql;

namespace Lakehouse.BotWorker.Tests.Worker;

/// <summary>Between the commit and the push somebody changes what there is to push.</summary>
public sealed class PublishReachTests(TestPostgres postgres)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Branch_that_was_moved_in_between_changes_nothing()
    {
        await using var worker = (await WorkerHost.CreateAsync(postgres)).Start();
        var gate = await CrashGate.OpenAsync(worker.ConnectionString);
        await gate.CloseAsync(TelemetryNames.Cycle.Publish, "running");
        var cycleId = await worker.EnqueueAsync(new { gap_id = WorkerTarget.GapId });
        await Eventually.TrueAsync(async () => (await worker.GetAsync(cycleId)).Steps.Any(step => step is { Name: TelemetryNames.Cycle.Commit, State: StepState.Done }), Cancelled);
        var branch = (await worker.GetAsync(cycleId)).Cycle.Branch!;
        await WorkerTarget.GitInAsync(Mirror(worker), "update-ref", $"refs/heads/{branch}", await EvilAsync(worker));

        await gate.DisposeAsync();

        var cycle = (await worker.FinishedAsync(cycleId)).Cycle;
        Assert.True(cycle.Outcome == CycleOutcome.Ok, cycle.Reason);
        Assert.Equal("greeting.txt", await WorkerTarget.GitInAsync(Forge(worker), "diff", "--name-only", $"main...{branch}"));
    }

    [Fact]
    public async Task Commit_that_was_exchanged_in_between_is_refused_and_not_pushed()
    {
        await using var worker = await WorkerHost.CreateAsync(postgres);
        await worker.StartProcessAsync();
        await using var gate = await CrashGate.OpenAsync(worker.ConnectionString);
        await gate.CloseAsync(TelemetryNames.Cycle.Publish, "running");
        var cycleId = await worker.EnqueueAsync(new { gap_id = WorkerTarget.GapId });
        await gate.KillAtAsync(worker);
        await using (var database = NpgsqlDataSource.Create(worker.ConnectionString + ";Pooling=false"))
        await using (var exchange = database.CreateCommand("update bot.cycles set record = jsonb_set(record::jsonb, '{commit_sha}', to_jsonb($1::text))::json where cycle_id = $2"))
        {
            exchange.Parameters.AddWithValue(await EvilAsync(worker));
            exchange.Parameters.AddWithValue(cycleId);
            Assert.Equal(1, await exchange.ExecuteNonQueryAsync(Cancelled));
        }

        await gate.LiftAsync();
        await worker.StartProcessAsync();

        var cycle = (await worker.FinishedAsync(cycleId)).Cycle;
        Assert.True(cycle.Outcome == CycleOutcome.ProposalRejected, $"{cycle.Outcome}: {cycle.Reason}");
        Assert.All(["not the one that was checked", "docs/PRD.md"], text => Assert.Contains(text, cycle.Reason!, StringComparison.Ordinal));
        Assert.Empty(worker.LocalPulls());
        Assert.False(Directory.Exists(Forge(worker)));
        await worker.AssertNothingLeftAsync();
    }

    /// <returns>A commit in the worker's own repository that says that all is done.</returns>
    private static async Task<string> EvilAsync(WorkerHost worker)
    {
        using var folder = new TemporaryFolder();
        var clone = folder.In("clone");
        await WorkerTarget.GitInAsync(folder.Path, "clone", "--quiet", worker.Target.Path, clone);
        await File.WriteAllTextAsync(Path.Combine(clone, "docs/PRD.md"), "# All done\n", Cancelled);
        await WorkerTarget.GitInAsync(clone, "-c", "user.name=m", "-c", "user.email=m@example.invalid", "commit", "--quiet", "--all", "-m", "Evil");
        await WorkerTarget.GitInAsync(Mirror(worker), "fetch", "--quiet", clone, "HEAD");
        return await WorkerTarget.GitInAsync(clone, "rev-parse", "HEAD");
    }

    private static string Mirror(WorkerHost worker) => Path.Combine(worker.Settings["Bot:DataFolder"]!, "mirror", "target.git");

    private static string Forge(WorkerHost worker) => Path.Combine(worker.Settings["Bot:DataFolder"]!, "forge", "target", "repository.git");
}
