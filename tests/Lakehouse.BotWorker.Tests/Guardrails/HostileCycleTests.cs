using System.Text.Json;
using Dapper;
using Lakehouse.BotWorker.Cycles;
using Lakehouse.BotWorker.Tests.Git;
using Lakehouse.BotWorker.Tests.Worker;
using Lakehouse.Testing;
using Npgsql;

namespace Lakehouse.BotWorker.Tests.Guardrails;

/// <summary>The whole corpus through the real worker, a process with a home of its own: nothing is written where it must not.</summary>
public sealed class HostileCycleTests(TestPostgres postgres)
{
    private static readonly JsonSerializerOptions Wire = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>A repository inside a checkout cannot be committed, so a worktree never has one.</summary>
    private static readonly IReadOnlyList<HostileProposal> Corpus = [.. HostileProposals.All.Where(hostile => hostile.Name != "into a nested repository")];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Corpus_leaves_target_data_home_and_etc_as_they_were()
    {
        using var home = new TemporaryFolder();
        await using var worker = await WorkerHost.CreateAsync(postgres);
        worker.Settings["HOME"] = home.Path;
        await worker.Target.LayTrapsAsync();
        await worker.StartProcessAsync();
        worker.Gateway.Answer = """{"nothing_to_do":"so that the worker has made its folders"}""";
        await worker.ResultFileAsync((await worker.RunAsync()).Cycle.CycleId);
        var before = Hashes(worker, home.Path);
        using var watch = new WriteWatch(worker.Target.Parent, home.Path, "/etc");

        var passed = new List<string>();
        foreach (var hostile in Corpus)
        {
            worker.Gateway.Answer = JsonSerializer.Serialize(hostile.ToProposal(), Wire);
            var cycle = (await worker.RunAsync()).Cycle;
            if (cycle.Outcome is not (CycleOutcome.ProposalRejected or CycleOutcome.ModelFailed) || cycle.Files.Count > 0 || cycle.Tests is not null)
            {
                passed.Add($"{hostile.Name}: {cycle.Outcome}: {cycle.Reason}");
            }

            await ForgetAsync(worker);
        }

        Assert.Empty(passed);
        Assert.Empty(worker.LocalPulls());
        Assert.Equal(Corpus.Count + 1, worker.Gateway.Calls.Count());
        Assert.Equal(before, Hashes(worker, home.Path));
        Assert.Empty(watch.Seen);
        await worker.AssertNothingLeftAsync();
    }

    /// <summary>Failures in a row would keep the policy from going on, and this is not about them.</summary>
    private static async Task ForgetAsync(WorkerHost worker)
    {
        await using var connection = new NpgsqlConnection(worker.ConnectionString);
        await connection.ExecuteAsync(new CommandDefinition("truncate bot.cycles, bot.cycle_steps, bot.cycle_log", cancellationToken: Cancelled));
    }

    private static Dictionary<string, string> Hashes(WorkerHost worker, string home) => new(StringComparer.Ordinal)
    {
        ["target and what is beside it"] = FolderHash.Of(worker.Target.Parent),
        ["data"] = string.Join(' ', Directory.EnumerateFileSystemEntries(System.IO.Path.Combine(worker.DataFolder, "data")).Select(System.IO.Path.GetFileName).Order(StringComparer.Ordinal)),
        ["home"] = FolderHash.Of(home),
        ["/etc"] = FolderHash.Of("/etc"),
    };
}
