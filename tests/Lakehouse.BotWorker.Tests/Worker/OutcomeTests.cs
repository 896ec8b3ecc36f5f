using System.Text.Json;
using Lakehouse.BotWorker.Cycles;
using Lakehouse.Testing;

namespace Lakehouse.BotWorker.Tests.Worker;

/// <summary>Each of the thirteen ends, through the real worker: what is stored, what the file says, what the observer got.</summary>
public sealed class OutcomeTests(TestPostgres postgres)
{
    [Fact]
    public async Task Good_proposal_ends_ok_with_a_draft_that_tells_everything()
    {
        await using var worker = await StartAsync();

        var view = await EndsAsync(worker, CycleOutcome.Ok, "Draft pull request", new { gap_id = WorkerTarget.GapId });

        var pull = JsonSerializer.Deserialize<JsonElement>(await File.ReadAllTextAsync(Assert.Single(worker.LocalPulls()), TestContext.Current.CancellationToken));
        var body = pull.GetProperty("body").GetString()!;
        Assert.Equal(view.Cycle.PrUrl, pull.GetProperty("url").GetString());
        Assert.All(
            [WorkerTarget.GapLine, WorkerTarget.GapId, "ADD 0", "UPDATE 1: `greeting.txt`", "NOOP 0", "2 passed, 0 failed", "gpt-oss:120b by ollama_cloud", "321 + 45 tokens", "0.001235 USD", "Earlier attempts** none", view.Cycle.TraceId, "req_1", "bot.paused", $"\"patch_sha256\":\"{view.Cycle.PatchHash}\""],
            text => Assert.Contains(text, body, StringComparison.Ordinal));
        Assert.Equal([FileChange.Update], view.Cycle.Files.Select(file => file.Change));
        Assert.Equal("hello\n", await File.ReadAllTextAsync(Path.Combine(worker.Target.Path, "greeting.txt"), TestContext.Current.CancellationToken));
        var call = Assert.Single(worker.Gateway.Calls);
        Assert.Equal("Bearer lh_bot_key_of_the_test", call.Headers["Authorization"]);
        Assert.Contains("\"task_class\":\"bot.proposal\"", call.Body, StringComparison.Ordinal);
        Assert.Equal(WorkerTarget.GapLine, JsonSerializer.Deserialize<JsonElement>(call.Body).GetProperty("context").GetProperty("query").GetString());
    }

    [Fact]
    public async Task Identical_files_end_cycle_noop_without_a_test_run()
    {
        await using var worker = await StartAsync();
        worker.Gateway.Answer = StubGateway.Files("Nothing new", ("greeting.txt", "hello\n", false));

        var view = await EndsAsync(worker, CycleOutcome.CycleNoop, "identical");

        Assert.Null(view.Cycle.Tests);
    }

    [Fact]
    public async Task Nothing_to_do_ends_cycle_noop()
    {
        await using var worker = await StartAsync();
        worker.Gateway.Answer = """{"nothing_to_do":"it is done"}""";

        var view = await EndsAsync(worker, CycleOutcome.CycleNoop, "it is done");

        Assert.Equal(EndCode.NothingToDo, view.Cycle.Code);
    }

    [Fact]
    public async Task Pause_file_ends_skipped_pause()
    {
        await using var worker = await StartAsync();
        await worker.Target.WriteAsync("bot.paused", "");

        await EndsAsync(worker, CycleOutcome.SkippedPause, "bot.paused", isClean: false);

        Assert.Empty(worker.Gateway.Calls);
    }

    [Fact]
    public async Task Pause_on_the_page_ends_skipped_pause_until_it_is_resumed()
    {
        await using var worker = await StartAsync();
        using var paused = await worker.Http.PostAsync("api/pause", content: null, TestContext.Current.CancellationToken);
        await EndsAsync(worker, CycleOutcome.SkippedPause, "on its page");

        using var resumed = await worker.Http.PostAsync("api/resume", content: null, TestContext.Current.CancellationToken);

        await EndsAsync(worker, CycleOutcome.Ok, "Draft");
    }

    [Fact]
    public async Task Spent_budget_ends_skipped_cost_before_a_call()
    {
        await using var worker = await StartAsync();
        worker.Gateway.RemainingCalls = 0;

        await EndsAsync(worker, CycleOutcome.SkippedCost, "20 of 20 calls");

        Assert.Empty(worker.Gateway.Calls);
    }

    [Fact]
    public async Task Refused_reserve_ends_skipped_cost()
    {
        await using var worker = await StartAsync();
        worker.Gateway.Status = 429;

        await EndsAsync(worker, CycleOutcome.SkippedCost, "the stub says no");
    }

    [Fact]
    public async Task Policy_that_says_no_ends_skipped_policy()
    {
        await using var worker = await WorkerHost.CreateAsync(postgres);
        worker.Settings["Bot:GapPause:First"] = "00:00:00";
        worker.Start();
        worker.Gateway.Answer = "no json";
        for (var i = 0; i < 5; i++)
        {
            await EndsAsync(worker, CycleOutcome.ModelFailed, "could not be read");
        }

        await EndsAsync(worker, CycleOutcome.SkippedPolicy, "ShouldRunCycle said no");

        Assert.Equal(5, worker.Gateway.Calls.Count());
    }

    [Fact]
    public async Task Gap_with_an_open_pull_request_ends_skipped_policy()
    {
        await using var worker = await StartAsync();
        await EndsAsync(worker, CycleOutcome.Ok, "Draft", new { gap_id = WorkerTarget.GapId });

        var view = await EndsAsync(worker, CycleOutcome.SkippedPolicy, "already has an open pull request", new { gap_id = WorkerTarget.GapId });

        Assert.Equal(EndCode.OpenPullRequest, view.Cycle.Code);

        Assert.Single(worker.Gateway.Calls);
    }

    [Fact]
    public async Task Uncommitted_change_ends_skipped_dirty_tree()
    {
        await using var worker = await StartAsync();
        await worker.Target.WriteAsync("greeting.txt", "changed by a person\n");

        await EndsAsync(worker, CycleOutcome.SkippedDirtyTree, "uncommitted changes", isClean: false);
    }

    [Fact]
    public async Task Prd_without_a_tagged_line_ends_skipped_no_gap()
    {
        await using var worker = (await WorkerHost.CreateAsync(postgres, "# Plan\n- [ ] not tagged\n")).Start();

        await EndsAsync(worker, CycleOutcome.SkippedNoGap, "has no line with [bot-eligible]");
    }

    [Fact]
    public async Task Failed_call_ends_model_failed()
    {
        await using var worker = await StartAsync();
        worker.Gateway.Status = 502;

        var view = await EndsAsync(worker, CycleOutcome.ModelFailed, "502: the stub says no");

        Assert.Equal("req_1", view.Cycle.ModelCall?.RequestId);
    }

    [Fact]
    public async Task Gateway_that_is_away_ends_model_failed_and_says_that_nothing_was_asked()
    {
        await using var worker = await WorkerHost.CreateAsync(postgres);
        worker.Settings["services:gateway:http:0"] = $"http://127.0.0.1:{FreePort.Next()}";
        worker.Start();

        await EndsAsync(worker, CycleOutcome.ModelFailed, "The budget is not known");
    }

    [Fact]
    public async Task Guarded_path_ends_proposal_rejected_and_leaves_the_target_untouched()
    {
        await using var worker = await StartAsync();
        worker.Gateway.Answer = StubGateway.Files("Rewrite the plan", ("docs/PRD.md", "all done\n", false));

        var view = await EndsAsync(worker, CycleOutcome.ProposalRejected, "docs/PRD.md");

        Assert.Empty(view.Cycle.Files);
    }

    [Fact]
    public async Task Model_that_cannot_ends_proposal_rejected()
    {
        await using var worker = await StartAsync();
        worker.Gateway.Answer = """{"cannot":"the file is binary"}""";

        await EndsAsync(worker, CycleOutcome.ProposalRejected, "the file is binary");
    }

    [Fact]
    public async Task New_file_that_exists_ends_apply_failed()
    {
        await using var worker = await StartAsync();
        worker.Gateway.Answer = StubGateway.Files("Confused", ("greeting.txt", "welcome\n", true));

        await EndsAsync(worker, CycleOutcome.ApplyFailed, "greeting.txt");
    }

    [Fact]
    public async Task Red_tests_end_tests_failed_and_the_next_prompt_tells_why()
    {
        await using var worker = await StartAsync();
        worker.Gateway.Answer = StubGateway.Files("Say good day", ("greeting.txt", "good day\n", false));

        var view = await EndsAsync(worker, CycleOutcome.TestsFailed, "", new { gap_id = WorkerTarget.GapId });
        Assert.False(view.Cycle.Tests!.Green);
        worker.Gateway.Answer = StubGateway.Welcome;
        await EndsAsync(worker, CycleOutcome.Ok, "Draft", new { gap_id = WorkerTarget.GapId });

        Assert.DoesNotContain("Prior attempts", worker.Gateway.Calls.First().Body, StringComparison.Ordinal);
        Assert.Contains("Prior attempts on this gap (1 most recent)", worker.Gateway.Calls.Last().Body, StringComparison.Ordinal);
        Assert.Contains("tests_failed", worker.Gateway.Calls.Last().Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Blank_proposal_ends_pr_skipped_by_policy()
    {
        await using var worker = await WorkerHost.CreateAsync(postgres);
        worker.Settings["Bot:TestCommand"] = "echo 3 passed, 0 failed";
        worker.Start();
        worker.Gateway.Answer = StubGateway.Files("A blank file", ("notes.txt", "\n", true));

        var view = await EndsAsync(worker, CycleOutcome.PrSkippedByPolicy, "ShouldOpenPR said no");

        Assert.True(view.Cycle.Tests!.Green);
        Assert.Empty(worker.LocalPulls());
    }

    [Fact]
    public async Task Forge_that_cannot_be_written_ends_pr_failed()
    {
        await using var worker = await StartAsync();
        var data = worker.Settings["Bot:DataFolder"]!;
        Directory.CreateDirectory(Path.Combine(data, "forge", "target"));
        // a file where the bare repository should be
        await File.WriteAllTextAsync(Path.Combine(data, "forge", "target", "repository.git"), "", TestContext.Current.CancellationToken);

        var view = await EndsAsync(worker, CycleOutcome.PrFailed, "");

        Assert.True(view.Cycle.Tests!.Green);
        Assert.Single(worker.Gateway.Calls);
    }

    private async Task<WorkerHost> StartAsync() => (await WorkerHost.CreateAsync(postgres)).Start();

    private static async Task<CycleView> EndsAsync(WorkerHost worker, CycleOutcome outcome, string reason, object? request = null, bool isClean = true)
    {
        var view = await worker.RunAsync(request);
        var cycle = view.Cycle;
        Assert.True(cycle.Outcome == outcome, $"{cycle.Outcome}: {cycle.Reason}");
        Assert.Contains(reason, cycle.Reason!, StringComparison.Ordinal);

        var file = (await worker.ResultFileAsync(cycle.CycleId)).GetProperty("cycle");
        Assert.Equal(outcome.ToText(), file.GetProperty("outcome").GetString());
        Assert.Equal(cycle.Reason, file.GetProperty("reason").GetString());

        var sent = await worker.EventAsync(cycle.CycleId);
        Assert.Equal(
            ("bot", "bot.cycle", !outcome.IsFailure(), outcome.ToText(), cycle.TraceId),
            (sent.GetProperty("source").GetString(), sent.GetProperty("endpoint").GetString(), sent.GetProperty("ok").GetBoolean(), sent.GetProperty("outcome").GetString(), sent.GetProperty("trace_id").GetString()));
        if (isClean)
        {
            await worker.AssertNothingLeftAsync();
        }

        return view;
    }
}
