using Lakehouse.BotWorker.Cycles;
using Microsoft.Playwright;
using static Lakehouse.BotWorker.Tests.Browser.BrowserHost;

namespace Lakehouse.BotWorker.Tests.Browser;

/// <summary>Everything that the page Bot can do, with the keyboard alone.</summary>
[Collection(nameof(BrowserHost))]
public sealed class KeyboardTests(BrowserHost host)
{
    private const string Bot = "hangfire/bot";

    [Fact]
    public async Task Gap_is_enqueued_from_its_row_and_the_cycle_appears()
    {
        await using var person = await host.OpenAsync(Bot);

        using var held = host.HoldModel();
        await person.TabToAsync(Enqueue(Enqueued));
        await person.PressAsync("Enter");
        await person.ReadsAsync("Enqueued: cycle");
        await person.FocusesAsync(Enqueue(Enqueued));

        var cycleId = await person.CycleItReadsAsync();
        await person.StandsAsync(Enqueued, "in_progress");
        await person.TabToAsync(cycleId);
        held.Dispose();
        await person.StandsAsync(Enqueued, "open_pr");
        // the table was renewed under the link
        await person.FocusesAsync(cycleId);
        Assert.Equal(CycleOutcome.Ok, (await host.Worker.FinishedAsync(cycleId)).Cycle.Outcome);
        Assert.Empty(person.Complaints);
    }

    [Fact]
    public async Task Dry_runs_in_three_depths_are_chosen_from_menus_and_change_nothing()
    {
        await using var person = await host.OpenAsync(Bot);
        var pulls = host.Worker.LocalPulls().Count;

        await person.TabToAsync("Dry run");
        await person.PressAsync("Enter", "Tab");
        await person.FocusesAsync("List: what the plan has; costs nothing");
        await person.PressAsync("Escape");
        await person.FocusesAsync("Dry run");
        Assert.Equal(0, await person.Page.Locator("details[open]").CountAsync());

        await person.PressAsync("Space", "Tab", "Space");
        var list = await EndsAsync("list", "cycle_noop");
        await person.TabToAsync($"Dry run, gap {Shown(Rehearsed)}");
        await person.PressAsync("Enter", "Tab", "Enter");
        var propose = await EndsAsync("propose", "ok");
        await person.PressAsync("Enter", "Tab", "Tab", "Enter");
        var rehearse = await EndsAsync("rehearse", "ok");

        Assert.Equal([CycleDepth.List, CycleDepth.Propose, CycleDepth.Rehearse], new[] { list, propose, rehearse }.Select(cycle => cycle.Depth));
        Assert.All([list, propose, rehearse], cycle => Assert.Null(cycle.PrUrl));
        Assert.Equal(pulls, host.Worker.LocalPulls().Count);
        await person.StandsAsync(Rehearsed, "eligible");
        await person.GoAsync($"hangfire/bot/cycles/{rehearse.CycleId}");
        await person.TabToAsync("Patch");
        await person.Page.GetByText("+welcome").WaitForAsync();
        Assert.Empty(person.Complaints);

        async Task<CycleRecord> EndsAsync(string depth, string outcome)
        {
            await person.ReadsAsync($"Enqueued as a dry run ({depth}): cycle");
            var cycleId = await person.CycleItReadsAsync();
            await person.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = cycleId }).Filter(new() { HasText = $"{outcome} (dry run: {depth})" }).WaitForAsync();
            return (await host.Worker.GetAsync(cycleId)).Cycle;
        }
    }

    [Fact]
    public async Task Pause_is_seen_keeps_what_is_enqueued_from_starting_and_is_taken_back()
    {
        await using var person = await host.OpenAsync(Bot);
        var calls = host.Worker.Gateway.Calls.Count();

        await person.TabToAsync("Pause");
        await person.PressAsync("Space");
        await person.ReadsAsync("Paused: cycles that are enqueued end as skipped_pause");
        await person.FocusesAsync("Resume");
        await person.TabToAsync(Enqueue(Paused));
        await person.PressAsync("Enter");
        await person.ReadsAsync("The bot is paused, so this ends as skipped_pause");
        var skipped = await host.Worker.FinishedAsync(await person.CycleItReadsAsync());
        Assert.Equal((CycleOutcome.SkippedPause, calls), (skipped.Cycle.Outcome, host.Worker.Gateway.Calls.Count()));

        await person.GoAsync(Bot);
        await person.TabToAsync("Resume");
        await person.PressAsync("Enter");
        await person.ReadsAsync("Resumed");

        await person.FocusesAsync("Pause");
        Assert.Equal(0, await person.Page.GetByText("Paused since").CountAsync());
        await person.StandsAsync(Paused, "eligible");
        Assert.Empty(person.Complaints);
    }

    [Fact]
    public async Task Parked_gap_is_unparked_and_can_be_enqueued_again()
    {
        await using var person = await host.OpenAsync(Bot);
        await person.StandsAsync(Unparked, "parked");

        await person.TabToAsync($"Unpark, gap {Shown(Unparked)}");
        await person.PressAsync("Enter");
        await person.ReadsAsync("It is not parked any more");

        await person.StandsAsync(Unparked, "eligible");
        await person.FocusesAsync(Enqueue(Unparked));
        Assert.Empty(person.Complaints);
    }

    [Fact]
    public async Task Refused_action_says_why_and_nothing_happens()
    {
        await using var person = await host.OpenAsync(Bot);
        var before = await host.LastCycleAsync();
        await person.TabToAsync(Enqueue(Removed));
        // the page is older than the plan
        await person.Page.RouteAsync("**/api/bot/fragment", _ => { });
        await host.RemoveAsync(Removed);
        try
        {
            await person.PressAsync("Enter");

            await person.ReadsAsync($"gap_id is '{GapReader.IdOf(Removed)}', which is no [bot-eligible] line of {GapReader.PrdPath}");
            Assert.Equal(before.CycleId, (await host.LastCycleAsync()).CycleId);
            Assert.Contains("400", Assert.Single(person.Complaints), StringComparison.Ordinal);
        }
        finally
        {
            await host.RestorePlanAsync();
        }
    }

    private static string Enqueue(string line) => $"Enqueue, gap {Shown(line)}";
}
