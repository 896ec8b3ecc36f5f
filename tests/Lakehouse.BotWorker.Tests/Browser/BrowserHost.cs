using System.Text.Json.Nodes;
using Lakehouse.BotWorker.Cycles;
using Lakehouse.BotWorker.Tests.Worker;
using Lakehouse.Testing;
using Microsoft.Playwright;

namespace Lakehouse.BotWorker.Tests.Browser;

/// <summary>One worker and one Chromium for a whole class: each test has a window and gaps of its own, and is the person before it.</summary>
public sealed class BrowserHost(TestPostgres postgres) : IAsyncLifetime
{
    internal const string ForThePolicy = "- [ ] The policy picks this one [bot-eligible]";
    internal const string Drafted = "- [ ] This one has a draft [bot-eligible]";
    internal const string Closed = "- [ ] A person closes the draft of this one [bot-eligible]";
    internal const string TooHard = "- [ ] This one is too hard [bot-eligible]";
    internal const string Unparked = "- [ ] This one is too hard at first [bot-eligible]";
    internal const string Running = "- [ ] This one takes long [bot-eligible]";
    internal const string Deleted = "- [ ] The job of this one is deleted [bot-eligible]";
    internal const string Untried = "- [ ] Nobody tried this one [bot-eligible]";
    internal const string Enqueued = "- [ ] A person enqueues this one [bot-eligible]";
    internal const string Rehearsed = "- [ ] A person tries this one out [bot-eligible]";
    internal const string Paused = "- [ ] This one has to wait [bot-eligible]";
    internal const string Removed = "- [ ] This one is taken off the plan [bot-eligible]";

    // far apart, because neighbouring lines are in a gap's prompt
    private static readonly string Plan = "# Plan\n" + string.Join(
        "\n\n\n\n\n\n", ForThePolicy, Drafted, Closed, TooHard, Unparked, Running, Deleted, Untried, Enqueued, Rehearsed, Paused, Removed) + "\n";

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    internal WorkerHost Worker { get; private set; } = null!;

    internal Uri Address => Worker.Http.BaseAddress!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var launch = LaunchAsync();
        Worker = await WorkerHost.CreateAsync(postgres, Plan);
        Worker.Settings["Bot:MostOpenPullRequests"] = "100";
        Worker.Settings["Bot:GapPause:ParkAfter"] = "1";
        Worker.Gateway.Model = text => text.Contains("too hard", StringComparison.Ordinal) ? """{"cannot":"the file is binary"}""" : StubGateway.Welcome;
        Worker.Start();
        var gaps = new[] { Drafted, Closed, TooHard, Unparked };
        await Task.WhenAll((await Task.WhenAll(gaps.Select(line => Worker.EnqueueAsync(new { gap_id = GapReader.IdOf(line) })))).Select(Worker.FinishedAsync));
        await launch;
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        await Worker.DisposeAsync();
    }

    internal async Task<Person> OpenAsync(string path, int width = 1280, ColorScheme colors = ColorScheme.Light)
    {
        var page = await _browser!.NewPageAsync(new() { BaseURL = Address.ToString(), ViewportSize = new() { Width = width, Height = 800 }, ColorScheme = colors });
        var person = new Person(page, Address);
        await person.GoAsync(path);
        return person;
    }

    /// <summary>The model answers when this is disposed of.</summary>
    internal IDisposable HoldModel()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Worker.Gateway.Gate = gate.Task;
        return new Held(gate);
    }

    /// <summary>A line of the plan as the page shows it.</summary>
    internal static string Shown(string line) => line["- [ ] ".Length..];

    internal Task WritePlanAsync(string text) => Worker.Target.WriteAsync(GapReader.PrdPath, text);

    internal Task RestorePlanAsync() => WritePlanAsync(Plan);

    internal Task RemoveAsync(string line) => WritePlanAsync(Plan.Replace(line, "", StringComparison.Ordinal));

    internal async Task<string> PullUrlOfAsync(string line) => (string)(await GapAsync(line))["pr_url"]!;

    internal async Task<string> CycleOfAsync(string line) => (string)(await GapAsync(line))["latest"]![0]!["cycle_id"]!;

    internal async Task<CycleRecord> LastCycleAsync() =>
        (await Worker.GetAsync((string)JsonNode.Parse(await Worker.Http.GetStringAsync("api/cycles?limit=1", Cancelled))![0]!["cycle_id"]!)).Cycle;

    private async Task<JsonNode> GapAsync(string line) =>
        JsonNode.Parse(await Worker.Http.GetStringAsync("api/gaps", Cancelled))!.AsArray().Single(gap => (string?)gap!["line"] == line)!;

    private async Task LaunchAsync()
    {
        // Debian's, never one that is downloaded; as root it runs without its own sandbox, on pages of ours only
        var chromium = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, "chromium")).FirstOrDefault(File.Exists);
        Assert.True(chromium is not null, "There is no chromium on the PATH, and the pages are tested in it: apt-get install chromium");
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = chromium, ChromiumSandbox = false, Timeout = Person.Patience });
    }

    private sealed class Held(TaskCompletionSource gate) : IDisposable
    {
        public void Dispose() => gate.TrySetResult();
    }
}
