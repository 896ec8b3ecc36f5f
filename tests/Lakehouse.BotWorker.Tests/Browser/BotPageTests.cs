using Lakehouse.BotWorker.Cycles;
using Microsoft.Playwright;
using static Lakehouse.BotWorker.Tests.Browser.BrowserHost;

namespace Lakehouse.BotWorker.Tests.Browser;

/// <summary>The page Bot as a person sees it, in Chromium.</summary>
[Collection(nameof(BrowserHost))]
public sealed class BotPageTests(BrowserHost host)
{
    private const string Bot = "hangfire/bot";

    [Fact]
    public async Task Every_state_shows_with_the_last_outcomes_the_cost_and_what_can_be_done()
    {
        using var held = host.HoldModel();
        var running = await host.Worker.EnqueueAsync(new { gap_id = GapReader.IdOf(Running) });
        await using var person = await host.OpenAsync(new Uri(await host.PullUrlOfAsync(Closed)).AbsolutePath);
        await person.TabToAsync("Close");
        await person.PressAsync("Enter");
        await person.Page.GetByText("Closed:").WaitForAsync();
        // what the forge said is good for a minute
        host.Worker.Clock.Ahead += TimeSpan.FromMinutes(2);
        await person.GoAsync(Bot);

        await ShowsAsync(Untried, "eligible", "eligible", "not tried yet", "0 USD", "Enqueue", "Dry run");
        await ShowsAsync(Running, "in_progress", "in progress", $"Cycle {running} is on it", "Enqueue");
        await ShowsAsync(Drafted, "open_pr", "open pr", "ok", "0.001235 USD", "open", "Enqueue");
        await ShowsAsync(Closed, "declined", "declined", "A person closed", "ok", "0.001235 USD");
        await ShowsAsync(TooHard, "parked", "parked", "Parked by bot since", "proposal_rejected", "0.001235 USD", "Unpark");
        await person.AssertNamedAsync();

        await person.TabToAsync($"Cancel cycle {running}");
        await person.PressAsync("Space");
        await person.ReadsAsync($"Cycle {running} is being cancelled");
        var cancelled = (await host.Worker.FinishedAsync(running)).Cycle;

        Assert.Equal((CycleOutcome.ModelFailed, EndCode.Cancelled), (cancelled.Outcome, cancelled.Code));
        await person.StandsAsync(Running, "eligible");
        // its button went with the cycle, and the keyboard is still among the cycles
        await person.FocusesAsync("Latest cycles");
        Assert.Empty(person.Complaints);

        async Task ShowsAsync(string line, string state, params string[] texts)
        {
            await person.StandsAsync(line, state);
            var row = await person.RowOf(line).InnerTextAsync();
            Assert.All(texts, text => Assert.Contains(text, row, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Plan_without_gaps_says_what_to_write()
    {
        await host.WritePlanAsync("# Plan\n");
        try
        {
            await using var person = await host.OpenAsync(Bot);

            await person.Page.GetByText("There is no gap to work on").WaitForAsync();
            Assert.Equal(0, await person.Page.GetByRole(AriaRole.Button, new() { Name = "Enqueue" }).CountAsync());
            await person.AssertNamedAsync();
            Assert.Empty(person.Complaints);
        }
        finally
        {
            await host.RestorePlanAsync();
        }
    }

    [Fact]
    public async Task Tab_goes_through_the_page_in_its_order_and_leaves_it()
    {
        await using var person = await host.OpenAsync(Bot);

        var stops = (await person.AllStopsAsync()).Where(stop => stop.IsOurs).Select(stop => stop.Name).ToList();

        Assert.Equal(["Pause", "Enqueue next by policy", "Dry run"], stops[..3]);
        var row = stops.IndexOf(Enqueue(Untried));
        Assert.Equal($"Dry run, gap {Shown(Untried)}", stops[row + 1]);
        Assert.True(stops.IndexOf(Enqueue(Drafted)) < row, "The gaps are in the order of the plan.");
        await person.PressAsync("Shift+Tab");
        await person.PressAsync("Shift+Tab");
        await person.FocusesAsync(stops[^1]);
    }

    [Theory]
    [InlineData(Bot)]
    [InlineData("hangfire/bot/cycles/")]
    [InlineData("pulls/1")]
    public async Task Narrow_window_needs_no_scrolling_sideways_and_every_control_has_a_name(string path)
    {
        var cycle = await host.CycleOfAsync(Drafted);
        await using var person = await host.OpenAsync(path.EndsWith('/') ? path + cycle : path, width: 400, ColorScheme.Dark);

        await person.AssertNoSidewaysScrollAsync();
        Assert.Equal(0, await person.Page.EvaluateAsync<int>("() => Array.from(document.querySelectorAll('button, summary')).filter(control => control.getBoundingClientRect().right > innerWidth).length"));
        await person.AssertNamedAsync();
        Assert.Empty(person.Complaints);
    }

    [Fact]
    public async Task Cycle_that_there_is_not_is_said_once_and_not_asked_for_again()
    {
        await using var person = await host.OpenAsync(Bot);
        var asked = 0;
        person.Page.Request += (_, request) => asked += request.Url.EndsWith("/fragment", StringComparison.Ordinal) ? 1 : 0;

        await person.Page.GotoAsync($"{Bot}/cycles/xxx");
        await person.ReadsAsync("There is no cycle 'xxx'");

        Assert.Equal(0, await person.Page.GetByText("Loading").CountAsync());
        await person.Page.WaitForTimeoutAsync(2_500);
        Assert.Equal(1, asked);
        Assert.StartsWith("Cycle xxx", await person.Page.TitleAsync(), StringComparison.Ordinal);
        Assert.Equal("en", await person.Page.EvaluateAsync<string>("() => document.documentElement.lang"));
    }

    private static string Enqueue(string line) => $"Enqueue, gap {Shown(line)}";
}
