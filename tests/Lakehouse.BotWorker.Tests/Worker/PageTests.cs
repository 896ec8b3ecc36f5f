using Lakehouse.BotWorker.Cycles;
using Lakehouse.Testing;

namespace Lakehouse.BotWorker.Tests.Worker;

public sealed class PageTests(TestPostgres postgres)
{
    private const string Evil = "- [ ] <script>alert(1)</script> \"><img src=x onerror=alert(2)> [bot-eligible]";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Root_leads_to_the_bot_page_in_the_dashboard()
    {
        await using var worker = (await WorkerHost.CreateAsync(postgres)).Start();

        using var root = await worker.Http.GetAsync("", Cancelled);
        var page = await worker.Http.GetStringAsync(root.Headers.Location, Cancelled);

        Assert.Contains("data-lakehouse-fragment=\"/api/bot/fragment\"", page, StringComparison.Ordinal);
        Assert.Contains("href=\"/hangfire/bot\"", page, StringComparison.Ordinal);
        Assert.Contains("data-lakehouse-fragment", await ScriptOfAsync(worker, page), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bot_page_lists_gaps_buttons_budget_and_outcomes()
    {
        await using var worker = (await WorkerHost.CreateAsync(postgres)).Start();
        var view = await worker.RunAsync(new { gap_id = WorkerTarget.GapId });

        var page = await worker.Http.GetStringAsync("api/bot/fragment", Cancelled);

        Assert.All(
            [WorkerTarget.GapId, "data-body=\"{&quot;gap_id&quot;:&quot;" + WorkerTarget.GapId, "data-state=\"open_pr\"", "&quot;depth&quot;:&quot;propose&quot;", "&quot;depth&quot;:&quot;rehearse&quot;", "&quot;depth&quot;:&quot;list&quot;", "0.001235 USD", $"/hangfire/bot/cycles/{view.Cycle.CycleId}", "Enqueue next by policy", "7/20 calls, 1000/160000 tokens", "data-post=\"/api/pause\"", ">ok<", view.Cycle.PrUrl!, view.Cycle.TraceId],
            text => Assert.Contains(text, page, StringComparison.Ordinal));
        Assert.Contains($"Draft pull request <a href=\"{view.Cycle.PrUrl}\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("- [ ]", page, StringComparison.Ordinal);
        Assert.DoesNotContain("min-width", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Empty_plan_says_what_to_write_and_where()
    {
        await using var worker = (await WorkerHost.CreateAsync(postgres, "# Plan\n")).Start();

        var page = await worker.Http.GetStringAsync("api/bot/fragment", Cancelled);

        Assert.Contains("[bot-eligible]</code> into <code>docs/PRD.md", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gateway_that_is_away_is_said_and_the_gaps_still_show()
    {
        await using var worker = await WorkerHost.CreateAsync(postgres);
        worker.Settings["services:gateway:http:0"] = $"http://127.0.0.1:{FreePort.Next()}";
        worker.Start();

        var page = await worker.Http.GetStringAsync("api/bot/fragment", Cancelled);

        Assert.Contains("The gateway cannot be asked", page, StringComparison.Ordinal);
        Assert.Contains(WorkerTarget.GapId, page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Parked_gap_can_be_unparked_and_a_forge_that_is_away_is_said()
    {
        await using var worker = await WorkerHost.CreateAsync(postgres);
        worker.Settings["Bot:GapPause:ParkAfter"] = "1";
        worker.Start();
        var landed = await worker.RunAsync(new { gap_id = WorkerTarget.GapId });
        worker.Gateway.Answer = "no json";
        await worker.RunAsync();
        await File.WriteAllTextAsync(Assert.Single(worker.LocalPulls()), "{", Cancelled);

        var page = await worker.Http.GetStringAsync("api/bot/fragment", Cancelled);
        var cycle = await worker.Http.GetStringAsync($"hangfire/bot/cycles/{landed.Cycle.CycleId}", Cancelled);

        Assert.Contains($"data-post=\"/api/gaps/{GapReader.IdOf(WorkerTarget.OtherLine)}/unpark\"", page, StringComparison.Ordinal);
        Assert.Contains("The forge cannot be asked", page, StringComparison.Ordinal);
        Assert.Contains("data-state=\"open_pr\"", page, StringComparison.Ordinal);
        Assert.Contains($"data-lakehouse-fragment=\"/api/cycles/{landed.Cycle.CycleId}/fragment\"", cycle, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pause_shows_on_the_page()
    {
        await using var worker = (await WorkerHost.CreateAsync(postgres)).Start();
        using var paused = await worker.Http.PostAsync("api/pause", content: null, Cancelled);

        Assert.Contains("data-post=\"/api/resume\"", await worker.Http.GetStringAsync("api/bot/fragment", Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Job_page_carries_the_fragment_with_steps_log_and_end()
    {
        await using var worker = (await WorkerHost.CreateAsync(postgres)).Start();
        var view = await worker.RunAsync();

        var page = await worker.Http.GetStringAsync($"hangfire/jobs/details/{view.Cycle.JobId}", Cancelled);
        var fragment = await worker.Http.GetStringAsync($"api/jobs/{view.Cycle.JobId}/fragment", Cancelled);

        Assert.Contains($"data-lakehouse-fragment=\"/api/jobs/{view.Cycle.JobId}/fragment\"", page, StringComparison.Ordinal);
        Assert.All(["cycle.propose", "cycle.publish", "runs sh check.sh", "<strong>ok</strong>", view.Cycle.PrUrl!, "data-refresh=\"0\"", "100 %"], text => Assert.Contains(text, fragment, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Page_of_red_tests_has_the_proposed_patch_and_the_end_of_their_output()
    {
        await using var worker = await WorkerHost.CreateAsync(postgres);
        worker.Settings["Bot:MaxFeedback"] = "0";
        worker.Settings["Bot:TestCommand"] = "sh -c 'grep -q hello greeting.txt && echo 1 passed, 0 failed && exit; echo \"expected <b>hello</b>\"; echo 0 passed, 1 failed; exit 1'";
        worker.Start();

        var view = await worker.RunAsync(new { gap_id = WorkerTarget.GapId });
        Assert.Equal(CycleOutcome.TestsFailed, view.Cycle.Outcome);
        var page = await worker.Http.GetStringAsync($"api/cycles/{view.Cycle.CycleId}/fragment", Cancelled);

        Assert.All(
            ["What was proposed", "<span class=\"d\">-hello</span>", "<span class=\"a\">&#x2B;welcome</span>", "output</h4>", "expected &lt;b&gt;hello&lt;/b&gt;"],
            text => Assert.Contains(text, page, StringComparison.Ordinal));
        await worker.AssertNothingLeftAsync();
    }

    [Fact]
    public async Task Page_of_a_pull_request_has_its_whole_title_and_not_the_bots_own_mark()
    {
        const string summary = "Say welcome in the greeting, because that is what the plan asks for and what people expect to read";
        await using var worker = (await WorkerHost.CreateAsync(postgres)).Start();
        worker.Gateway.Answer = StubGateway.Files(summary, ("greeting.txt", "welcome\n", false));

        var view = await worker.RunAsync(new { gap_id = WorkerTarget.GapId });
        var page = await worker.Http.GetStringAsync("pulls/1", Cancelled);

        Assert.Contains($"<h1>#1 {summary}</h1>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("&lt;!--", page, StringComparison.Ordinal);
        Assert.Contains("<!-- lakehouse-bot", await worker.PullBodyAsync(view), StringComparison.Ordinal);
        Assert.Contains("prefers-color-scheme: dark", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hostile_text_is_text_on_every_page()
    {
        await using var worker = (await WorkerHost.CreateAsync(postgres, $"# Plan\n{Evil}\n")).Start();
        worker.Gateway.Answer = StubGateway.Files("<script>alert(3)</script> --> <b>", ("greeting.txt", "welcome <script>alert(4)</script>\n", false));

        var view = await worker.RunAsync(new { gap_id = GapReader.IdOf(Evil) });
        Assert.Equal(CycleOutcome.Ok, view.Cycle.Outcome);

        foreach (var path in new[] { "api/bot/fragment", $"api/cycles/{view.Cycle.CycleId}/fragment", "pulls/1", $"hangfire/jobs/details/{view.Cycle.JobId}" })
        {
            var page = await worker.Http.GetStringAsync(path, Cancelled);
            Assert.DoesNotContain("<script>alert", page, StringComparison.Ordinal);
            Assert.DoesNotContain("<img src=x", page, StringComparison.Ordinal);
        }

        var pull = await worker.Http.GetStringAsync("pulls/1", Cancelled);
        Assert.Contains("&#x2B;welcome &lt;script&gt;", pull, StringComparison.Ordinal);
    }

    private static async Task<string> ScriptOfAsync(WorkerHost worker, string page)
    {
        var start = page.IndexOf("/hangfire/js", StringComparison.Ordinal);
        return await worker.Http.GetStringAsync(page[start..page.IndexOf('"', start)], Cancelled);
    }
}
