using System.Net.Http.Json;
using System.Text.Json;
using Lakehouse.BotWorker.Cycles;
using Lakehouse.Testing;

namespace Lakehouse.BotWorker.Tests.Worker;

/// <summary>One worker with the local forge for a whole class: each test takes a gap of its own, and is the person who reviews.</summary>
public sealed class PullRequestHost(TestPostgres postgres) : IAsyncLifetime
{
    private const int Gaps = 30;

    private int _taken;

    internal WorkerHost Worker { get; private set; } = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private static string Line(int number) => $"- [ ] Greeting number {number} [bot-eligible]";

    public async ValueTask InitializeAsync()
    {
        Worker = await WorkerHost.CreateAsync(postgres, "# Plan\n" + string.Join("\n\n\n\n\n\n", Enumerable.Range(1, Gaps).Select(Line)) + "\n");
        Worker.Settings["Bot:MostOpenPullRequests"] = "100";
        Worker.Start();
    }

    public ValueTask DisposeAsync() => Worker.DisposeAsync();

    internal string TakeGap() => GapReader.IdOf(Line(++_taken));

    /// <summary>One cycle with this content for greeting.txt.</summary>
    internal Task<CycleView> CycleAsync(string? gapId, string text = "welcome\n")
    {
        Worker.Gateway.Answer = StubGateway.Files($"Say {text.Trim()}", ("greeting.txt", text, false));
        return Worker.RunAsync(gapId is null ? null : new { gap_id = gapId });
    }

    internal async Task<CycleRecord> OpenAsync(string gapId)
    {
        var cycle = (await CycleAsync(gapId)).Cycle;
        Assert.True(cycle.Outcome == CycleOutcome.Ok, $"{cycle.Outcome}: {cycle.Reason}");
        return cycle;
    }

    internal async Task SayAsync(CycleRecord cycle, string body, string author = "alice")
    {
        using var reply = await Worker.Http.PostAsJsonAsync($"pulls/{cycle.PrNumber}/comments", new { body, author }, Cancelled);
        Assert.True(reply.IsSuccessStatusCode, await reply.Content.ReadAsStringAsync(Cancelled));
    }

    internal async Task SetStateAsync(CycleRecord cycle, string state)
    {
        using var reply = await Worker.Http.PostAsJsonAsync($"pulls/{cycle.PrNumber}/state", new { state }, Cancelled);
        Assert.True(reply.IsSuccessStatusCode, await reply.Content.ReadAsStringAsync(Cancelled));
    }

    internal string Repository => Path.Combine(Worker.Settings["Bot:DataFolder"]!, "forge", "target", "repository.git");

    internal async Task<JsonElement> PullAsync(CycleRecord cycle) => JsonSerializer.Deserialize<JsonElement>(
        await File.ReadAllTextAsync(Path.Combine(Repository, "..", "pulls", $"{cycle.PrNumber}.json"), Cancelled));

    /// <summary>As a person would, from a clone.</summary>
    internal async Task<string> PushByHandAsync(CycleRecord cycle)
    {
        using var folder = new TemporaryFolder();
        var clone = folder.In("clone");
        await WorkerTarget.GitInAsync(folder.Path, "clone", "--quiet", "--branch", cycle.Branch!, Repository, clone);
        await WorkerTarget.GitInAsync(clone, "-c", "user.name=alice", "-c", "user.email=alice@example.invalid", "commit", "--quiet", "--allow-empty", "-m", "By hand");
        await WorkerTarget.GitInAsync(clone, "push", "--quiet", "origin", "HEAD");
        return await WorkerTarget.GitInAsync(clone, "rev-parse", "HEAD");
    }
}
