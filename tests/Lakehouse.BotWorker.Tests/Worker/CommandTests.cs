using System.Text.Json;
using CliWrap;
using CliWrap.Buffered;
using Lakehouse.BotWorker.Commands;
using Lakehouse.BotWorker.Cycles;
using Lakehouse.Testing;
using Microsoft.AspNetCore.Http;

namespace Lakehouse.BotWorker.Tests.Worker;

/// <summary>The command line against a real worker.</summary>
public sealed class CommandTests(TestPostgres postgres)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Cycle_tells_its_progress_and_shows_patch_and_end()
    {
        await using var worker = (await WorkerHost.CreateAsync(postgres)).Start();
        var propose = await RunAsync(worker, "cycle", "--repo", worker.Target.Path, "--gap", WorkerTarget.GapId, "--dry-run", "propose");
        Assert.Equal(ExitCode.Done, propose.Code);
        Assert.Contains("cycle.propose", propose.Progress, StringComparison.Ordinal);
        Assert.Contains("-hello\n+welcome\n", propose.Results, StringComparison.Ordinal);
        Assert.Contains("ok (dry run): Dry run", propose.Results, StringComparison.Ordinal);

        var full = await RunAsync(worker, coloured: true, "cycle", $"--repo={worker.Target.Path}", "--gap", WorkerTarget.GapId);
        Assert.Equal(ExitCode.Done, full.Code);
        Assert.Contains("\u001b[32m+welcome", full.Results, StringComparison.Ordinal);
        Assert.Contains("ok: Draft pull request", full.Results, StringComparison.Ordinal);

        var again = await RunAsync(worker, "cycle", "--repo", worker.Target.Path, "--gap", WorkerTarget.GapId, "--json");
        Assert.Equal(ExitCode.Skipped, again.Code);
        Assert.Equal("skipped_policy", JsonSerializer.Deserialize<JsonElement>(again.Results).GetProperty("cycle").GetProperty("outcome").GetString());

        // what a model says must not steer the terminal
        worker.Gateway.Answer = """{"cannot":"\u001b]0;owned\u0007"}""";
        var failed = await RunAsync(worker, "cycle", "--repo", worker.Target.Path, "--dry-run", "rehearse");
        Assert.Equal(ExitCode.Failed, failed.Code);
        Assert.Contains("\uFFFD]0;owned\uFFFD", failed.Results, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', failed.Results + failed.Progress);
        var list = await RunAsync(worker, "cycle", "--repo", worker.Target.Path, "--dry-run", "list");
        Assert.Equal(ExitCode.Done, list.Code);
        Assert.Contains(WorkerTarget.GapLine, list.Results, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gaps_pause_resume_unpark_and_cancel_do_what_the_page_does()
    {
        await using var worker = await WorkerHost.CreateAsync(postgres);
        worker.Settings["Bot:GapPause:ParkAfter"] = "1";
        worker.Start();
        worker.Gateway.Answer = "no json";
        await worker.RunAsync(new { gap_id = WorkerTarget.GapId });

        Assert.Contains($"{WorkerTarget.GapId}  parked ", (await RunAsync(worker, "gaps")).Results, StringComparison.Ordinal);
        Assert.Contains("not parked any more", (await RunAsync(worker, "unpark", WorkerTarget.GapId, "--repo", worker.Target.Path)).Results, StringComparison.Ordinal);
        Assert.Contains("\"state\":\"eligible\"", (await RunAsync(worker, "gaps", "--json")).Results, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Done, (await RunAsync(worker, "pause")).Code);
        var paused = await RunAsync(worker, "cycle", "--repo", worker.Target.Path);
        Assert.Equal(ExitCode.Skipped, paused.Code);
        Assert.Contains("skipped_pause", paused.Results, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Done, (await RunAsync(worker, "resume")).Code);

        worker.Gateway.Gate = new TaskCompletionSource().Task;
        var enqueued = await RunAsync(worker, "cycle", "--repo", worker.Target.Path, "--no-follow", "--json");
        var cycleId = JsonSerializer.Deserialize<JsonElement>(enqueued.Results).GetProperty("cycle_id").GetString()!;
        Assert.Equal(ExitCode.Done, (await RunAsync(worker, "cancel", cycleId)).Code);
        Assert.Equal(EndCode.Cancelled, (await worker.FinishedAsync(cycleId)).Cycle.Code);
        Assert.Equal(ExitCode.Usage, (await RunAsync(worker, "cancel", cycleId)).Code);
    }

    [Fact]
    public async Task Another_repository_is_refused_and_both_are_named_and_a_link_to_the_same_is_not()
    {
        await using var worker = (await WorkerHost.CreateAsync(postgres)).Start();
        using var other = new TemporaryFolder();
        var link = other.In("link");
        Directory.CreateSymbolicLink(link, worker.Target.Path);

        var refused = await RunAsync(worker, "cycle", "--repo", other.Path);

        Assert.Equal(ExitCode.Usage, refused.Code);
        Assert.All([other.Path, worker.Target.Path], path => Assert.Contains(path, refused.Progress, StringComparison.Ordinal));
        Assert.Empty(refused.Results);
        Assert.Equal(ExitCode.Done, (await RunAsync(worker, "cycle", "--repo", link, "--dry-run", "list")).Code);
        Assert.Equal(ExitCode.Usage, (await RunAsync(worker, "cycle", "--repo", worker.Target.Path, "--gap", "000000000000")).Code);
        Assert.Single(JsonSerializer.Deserialize<JsonElement>(await worker.Http.GetStringAsync("api/cycles", Cancelled)).EnumerateArray());
    }

    [Theory]
    [InlineData("cycle", "cycle needs --repo PATH")]
    [InlineData("cycle --repo / --dry-run deep", "--dry-run is 'deep'; accepted are list, propose, rehearse")]
    [InlineData("cycle --repo / --dry-run", "--dry-run needs a value")]
    [InlineData("cycle --repo / --repo /", "--repo is given twice")]
    [InlineData("gaps --gap 1", "--gap is not accepted by gaps")]
    [InlineData("gaps more", "'more' is not accepted after gaps")]
    [InlineData("unpark", "unpark takes one GAP, and 0 are given")]
    [InlineData("gaps --worker nowhere", "--worker is 'nowhere'")]
    [InlineData("cycl", "'cycl' is no command")]
    public async Task Wrong_command_line_is_a_usage_error_that_names_the_word(string line, string says)
    {
        var (code, results, progress) = await RunAsync(coloured: false, line.Split(' '));

        Assert.Equal((ExitCode.Usage, ""), (code, results));
        Assert.Contains(says, progress, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Worker_that_is_away_and_worker_that_refuses_have_codes_of_their_own()
    {
        var away = await RunAsync(coloured: false, "gaps", "--worker", $"http://127.0.0.1:{FreePort.Next()}");
        Assert.Equal(ExitCode.NotReachable, away.Code);
        Assert.Contains("No worker answers at", away.Progress, StringComparison.Ordinal);
        Assert.Contains("). Is it running?", away.Progress, StringComparison.Ordinal);

        await using var worker = await WorkerHost.CreateAsync(postgres);
        worker.Settings["Bot:ApiKey"] = "a-key-of-sixteen-or-more";
        worker.Start("Production");
        var refused = await RunAsync(worker, "gaps");
        Assert.Equal(ExitCode.Refused, refused.Code);
        Assert.Contains("Bot:ApiKey", refused.Progress, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Done, (await RunAsync(worker, "gaps", "--key", "a-key-of-sixteen-or-more")).Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>Not Found</html>")]
    [InlineData("""{"title":"Not Found","status":404}""")]
    [InlineData("""{"error":{"message":"There is no such path."}}""")]
    public async Task What_is_no_worker_is_said_and_has_the_code_of_one_that_refuses(string says)
    {
        await using var other = await StubServer.StartAsync(async (context, _) =>
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            await context.Response.WriteAsync(says, Cancelled);
        }, Cancelled);

        var refused = await RunAsync(coloured: false, "gaps", "--worker", other.Url);

        Assert.Equal(ExitCode.Refused, refused.Code);
        Assert.Contains($"What answers at {other.Url}", refused.Progress, StringComparison.Ordinal);
        Assert.Contains("is no Lakehouse worker", refused.Progress, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Interrupt_stops_following_and_says_how_to_cancel()
    {
        await using var worker = (await WorkerHost.CreateAsync(postgres)).Start();
        worker.Gateway.Gate = new TaskCompletionSource().Task;
        await using var command = ChildProcess.StartAssembly(
            Built.Assembly("Lakehouse.BotWorker"), ["cycle", "--repo", worker.Target.Path, "--worker", worker.Http.BaseAddress!.ToString()]);
        await command.WaitForLineAsync("cycle.propose", Cancelled);

        await Cli.Wrap("kill").WithArguments(["-INT", $"{command.Id}"]).ExecuteBufferedAsync(Cancelled);

        Assert.Equal(ExitCode.Interrupted, await command.WaitForExitAsync(Cancelled));
        Assert.Contains("goes on. It is cancelled by: cancel 2", command.Output, StringComparison.Ordinal);
    }

    private static Task<(int Code, string Results, string Progress)> RunAsync(WorkerHost worker, params string[] words) => RunAsync(worker, coloured: false, words);

    private static Task<(int Code, string Results, string Progress)> RunAsync(WorkerHost worker, bool coloured, params string[] words) =>
        RunAsync(coloured, [.. words, "--worker", worker.Http.BaseAddress!.ToString()]);

    private static async Task<(int Code, string Results, string Progress)> RunAsync(bool coloured, params string[] words)
    {
        var (results, progress) = (new StringWriter { NewLine = "\n" }, new StringWriter { NewLine = "\n" });
        var code = await BotCommand.RunAsync(words, _ => null, new Terminal(results, progress, coloured), TimeProvider.System, Cancelled);
        return (code, results.ToString(), progress.ToString());
    }
}
