using Hangfire;
using Hangfire.States;
using Lakehouse.BotWorker.Cycles;
using Lakehouse.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Lakehouse.BotWorker.Tests.Browser.BrowserHost;

namespace Lakehouse.BotWorker.Tests.Browser;

/// <summary>Hangfire's own buttons, which know nothing of cycles: what is stored stays true.</summary>
[Collection(nameof(BrowserHost))]
public sealed class HangfireTests(BrowserHost host)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Trigger_now_runs_a_cycle_on_the_gap_that_the_policy_picks()
    {
        var before = await host.LastCycleAsync();
        await using var person = await host.OpenAsync("hangfire/recurring");

        await person.Page.Locator("tbody input[type=checkbox]").First.CheckAsync();
        await person.Page.GetByRole(AriaRole.Button, new() { Name = "Trigger now" }).ClickAsync();
        await Eventually.TrueAsync(async () => (await host.LastCycleAsync()).CycleId != before.CycleId, Cancelled);

        var cycle = (await host.Worker.FinishedAsync((await host.LastCycleAsync()).CycleId)).Cycle;
        Assert.Equal((CycleOutcome.Ok, GapReader.IdOf(ForThePolicy)), (cycle.Outcome, cycle.Gap?.Id));
        Assert.Empty(person.Complaints);
    }

    [Fact]
    public async Task Requeue_of_a_finished_cycle_changes_nothing()
    {
        var cycle = (await host.Worker.GetAsync(await host.CycleOfAsync(Drafted))).Cycle;
        var (calls, pulls) = (host.Worker.Gateway.Calls.Count(), host.Worker.LocalPulls().Count);
        await using var person = await host.OpenAsync($"hangfire/jobs/details/{cycle.JobId}");
        await person.Page.Locator(".lh-diff").WaitForAsync();

        await person.Page.GetByRole(AriaRole.Button, new() { Name = "Requeue" }).ClickAsync();
        var jobs = host.Worker.Services.GetRequiredService<JobStorage>().GetMonitoringApi();
        await Eventually.TrueAsync(() => Task.FromResult(jobs.JobDetails(cycle.JobId).History.Count(state => state.StateName == SucceededState.StateName) == 2), Cancelled);

        var after = (await host.Worker.GetAsync(cycle.CycleId)).Cycle;
        Assert.Equal((cycle.Outcome, cycle.FinishedAt, cycle.PrUrl), (after.Outcome, after.FinishedAt, after.PrUrl));
        Assert.Equal((calls, pulls), (host.Worker.Gateway.Calls.Count(), host.Worker.LocalPulls().Count));
        Assert.Empty(person.Complaints);
    }

    [Fact]
    public async Task Delete_of_a_running_job_ends_its_cycle_and_says_so()
    {
        using var held = host.HoldModel();
        var cycleId = await host.Worker.EnqueueAsync(new { gap_id = GapReader.IdOf(Deleted) });
        await Eventually.TrueAsync(async () => (await host.Worker.GetAsync(cycleId)) is { } view && (view.Cycle.FinishedAt is not null || view.Steps.Any(step => step.Name == "cycle.propose")), Cancelled);
        await using var person = await host.OpenAsync($"hangfire/jobs/details/{(await host.Worker.GetAsync(cycleId)).Cycle.JobId}");
        person.Page.Dialog += (_, dialog) => _ = dialog.AcceptAsync();

        await person.Page.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        var cycle = (await host.Worker.FinishedAsync(cycleId)).Cycle;

        Assert.Equal((CycleOutcome.ModelFailed, EndCode.Cancelled), (cycle.Outcome, cycle.Code));
        await person.Page.GetByText("A person cancelled the job during cycle.propose").First.WaitForAsync();
        Assert.Empty(person.Complaints);
    }
}
