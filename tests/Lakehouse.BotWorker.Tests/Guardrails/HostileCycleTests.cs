using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Lakehouse.BotWorker.Cycles;
using Lakehouse.BotWorker.Tests.Git;
using Lakehouse.BotWorker.Tests.Worker;
using Lakehouse.Testing;

namespace Lakehouse.BotWorker.Tests.Guardrails;

/// <summary>The whole corpus through the real worker, a process with a home of its own: nothing is written where it must not.</summary>
public sealed partial class HostileCycleTests(TestPostgres postgres)
{
    private const string First = "- [ ] Make the worker's folders [bot-eligible]";
    private static readonly JsonSerializerOptions Wire = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>A repository inside a checkout cannot be committed, so a worktree never has one.</summary>
    private static readonly IReadOnlyList<HostileProposal> Corpus = [.. HostileProposals.All.Where(hostile => hostile.Name != "into a nested repository")];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Corpus_leaves_target_data_home_and_etc_as_they_were()
    {
        using var persons = new TemporaryFolder();
        var home = Directory.CreateDirectory(persons.In("home")).FullName;
        // far apart, because neighbouring lines are in a gap's prompt
        await using var worker = await WorkerHost.CreateAsync(postgres, "# Plan\n" + string.Join("\n\n\n\n\n\n", Corpus.Select((_, number) => Line(number)).Prepend(First)) + "\n");
        worker.Settings["HOME"] = home;
        worker.Gateway.Model = prompt => Number().Match(prompt) is { Success: true } hostile
            ? JsonSerializer.Serialize(Corpus[int.Parse(hostile.Groups[1].Value, CultureInfo.InvariantCulture)].ToProposal(), Wire)
            : """{"nothing_to_do":"so that the worker has made its folders"}""";
        await worker.Target.LayTrapsAsync();
        await worker.StartProcessAsync();
        await worker.ResultFileAsync((await worker.RunAsync(new { gap_id = GapReader.IdOf(First) })).Cycle.CycleId);
        var (data, before) = (Path.Combine(worker.DataFolder, "data"), Hashes(worker, home));
        var dataBefore = FolderHash.Each(data);
        using var watch = new WriteWatch(below: [worker.Target.Parent, persons.Path, "/etc"], inside: [worker.DataFolder, "/"]);

        var ids = new List<string>();
        foreach (var number in Enumerable.Range(0, Corpus.Count))
        {
            ids.Add(await worker.EnqueueAsync(new { gap_id = GapReader.IdOf(Line(number)) }));
        }

        var passed = new List<string>();
        foreach (var (hostile, id) in Corpus.Zip(ids))
        {
            var cycle = (await worker.FinishedAsync(id)).Cycle;
            if (cycle.Outcome is not (CycleOutcome.ProposalRejected or CycleOutcome.ModelFailed) || cycle.Files.Count > 0 || cycle.Tests is not null)
            {
                passed.Add($"{hostile.Name}: {cycle.Outcome}: {cycle.Reason}");
            }

            await worker.ResultFileAsync(id);
        }

        Assert.Empty(passed);
        Assert.Empty(worker.LocalPulls());
        Assert.Equal(Corpus.Count + 1, worker.Gateway.Calls.Count());
        Assert.Equal(before, Hashes(worker, home));
        Assert.Equal(ids.Select(id => Path.Combine("_bot", "cycles", $"{id}.json")).Order(StringComparer.Ordinal), Changes(dataBefore, FolderHash.Each(data)));
        Assert.Empty(watch.Seen);
        await worker.AssertNothingLeftAsync();
    }

    private static string Line(int number) => string.Create(CultureInfo.InvariantCulture, $"- [ ] Hostile {number} of the corpus [bot-eligible]");

    [GeneratedRegex("Hostile ([0-9]+) of the corpus", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Number();

    private static Dictionary<string, string> Hashes(WorkerHost worker, string home) => new(StringComparer.Ordinal)
    {
        ["target and what is beside it"] = FolderHash.Of(worker.Target.Parent),
        ["home"] = FolderHash.Of(home),
        ["/etc"] = FolderHash.Of("/etc"),
    };

    // new, gone, or other than before
    private static IEnumerable<string> Changes(Dictionary<string, string> before, Dictionary<string, string> after) =>
        before.Keys.Union(after.Keys).Where(path => before.GetValueOrDefault(path) != after.GetValueOrDefault(path)).Order(StringComparer.Ordinal);
}
