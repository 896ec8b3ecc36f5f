using Lakehouse.BotWorker.Sandbox;
using Lakehouse.Testing;

namespace Lakehouse.BotWorker.Tests.Sandbox;

public sealed class TestRunnerTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(2);

    private readonly TemporaryFolder _folder = new();

    public TestRunnerTests() => Directory.CreateDirectory(_folder.In("worktree"));

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Tests_that_ran_and_passed_are_green()
    {
        var run = await RunAsync("echo '3 passed, 0 failed'");

        Assert.True(run.Green, run.Reason);
        Assert.Equal((3, 0, 0, false), (run.Passed, run.Failed, run.ExitCode, run.TimedOut));
    }

    [Theory]
    [InlineData("echo '0 passed, 0 failed'", "N passed, N failed")]
    [InlineData("echo fine", "N passed, N failed")]
    [InlineData("true", "N passed, N failed")]
    [InlineData("echo '3 passed, 1 failed'", "1 of 4 tests failed")]
    [InlineData("echo '3 passed, 0 failed'; exit 7", "exit code 7")]
    [InlineData("kill -9 $$", "exit code 137")]
    public async Task Everything_else_is_not_green_and_says_why(string script, string reason)
    {
        var run = await RunAsync(script);

        Assert.False(run.Green);
        Assert.Contains(reason, run.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Program_that_does_not_exist_is_not_green_and_is_named()
    {
        var run = await Runner().RunAsync(new TestCommand("no-such-program", [], "no-such-program"), Long, Cancelled);

        Assert.False(run.Green);
        Assert.Contains("no-such-program", run.Reason + run.OutputTail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Environment_holds_no_secret_and_a_home_of_its_own()
    {
        Environment.SetEnvironmentVariable("LAKEHOUSE_TEST_TOKEN", "hunter2");
        Environment.SetEnvironmentVariable("Bot__Gitea__Token", "hunter2");

        var run = await RunAsync("env; cat; echo '1 passed, 0 failed'");

        Assert.True(run.Green, run.Reason);
        Assert.DoesNotContain("hunter2", run.OutputTail, StringComparison.Ordinal);
        Assert.DoesNotContain("ConnectionStrings", run.OutputTail, StringComparison.OrdinalIgnoreCase);
        // what is kept of the output has ~ for it, so that two runs can be compared
        Assert.Contains("\nHOME=~\n", run.OutputTail, StringComparison.Ordinal);
        Assert.Contains("\nTMPDIR=~/tmp\n", run.OutputTail, StringComparison.Ordinal);
        Assert.Contains("CI=1\n", run.OutputTail, StringComparison.Ordinal);
        Assert.Contains($"PWD={_folder.In("worktree")}", run.OutputTail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sleep 600")]
    [InlineData("trap '' TERM INT HUP; sleep 600; sleep 600")]
    [InlineData("sh -c 'sleep 600' & setsid sh -c 'sleep 600' & nohup sleep 600 > /dev/null 2>&1 & wait")]
    [InlineData("env -i sleep 600 & wait")]
    [InlineData("(setsid sh -c 'exec >/dev/null 2>&1 </dev/null; sleep 600' &); sleep 600")]
    public async Task Run_that_is_too_slow_is_stopped_with_all_that_it_started(string script)
    {
        var run = await RunAsync($"{script}; echo '1 passed, 0 failed'", TimeSpan.FromMilliseconds(700));

        Assert.True(run.TimedOut);
        Assert.False(run.Green);
        Assert.Null(run.ExitCode);
        Assert.Contains("did not end within", run.Reason, StringComparison.Ordinal);
        Assert.Empty(Sleepers());
    }

    [Fact]
    public async Task Daemon_that_green_tests_leave_behind_is_ended_too()
    {
        var run = await RunAsync("setsid sleep 600 & echo '1 passed, 0 failed'");

        Assert.True(run.Green, run.Reason);
        Assert.Empty(Sleepers());
    }

    [Fact]
    public async Task Cancelled_run_leaves_nothing()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        stop.CancelAfter(TimeSpan.FromMilliseconds(500));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            Runner().RunAsync(Shell("sleep 600"), Long, stop.Token));

        Assert.Empty(Sleepers());
    }

    [Fact]
    public async Task Long_output_keeps_its_start_and_its_end()
    {
        var run = await RunAsync("echo first; head -c 3000000 /dev/zero | tr '\\0' 'x'; echo; echo '2 passed, 0 failed'");

        Assert.True(run.Green, run.Reason);
        Assert.StartsWith("first\n", run.OutputTail, StringComparison.Ordinal);
        Assert.Contains("characters left out", run.OutputTail, StringComparison.Ordinal);
        Assert.InRange(run.OutputTail.Length, 60_000, 70_000);
    }

    // only those of this test: its home is in their working directory's parent
    private List<string> Sleepers() =>
    [
        .. Directory.EnumerateDirectories("/proc")
            .Where(folder => int.TryParse(Path.GetFileName(folder), out _))
            .Where(folder => new FileInfo(Path.Combine(folder, "cwd")).LinkTarget?.StartsWith(_folder.Path, StringComparison.Ordinal) == true),
    ];

    private TestRunner Runner() => new(new(_folder.In("worktree"), _folder.In("home"), [], []), new(), TimeProvider.System);

    private Task<TestRun> RunAsync(string script, TimeSpan? limit = null) => Runner().RunAsync(Shell(script), limit ?? Long, Cancelled);

    private static TestCommand Shell(string script) => new("sh", ["-c", script], "the tests");
}
