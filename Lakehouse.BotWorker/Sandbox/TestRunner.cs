namespace Lakehouse.BotWorker.Sandbox;

/// <summary>Runs a target's tests, which a model may have written: without secrets, with a time limit, and leaving no process.</summary>
/// <param name="home">An empty folder of the cycle, outside the worktree: HOME and TMPDIR of the tests.</param>
internal sealed class TestRunner(string home, TimeProvider time)
{
    public async Task<TestRun> RunAsync(TestCommand command, string worktree, TimeSpan limit, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var process = await SandboxProcess.RunAsync(command, worktree, home, limit, time, cancellationToken);
        return TestVerdict.Of(command, process, limit, time.GetElapsedTime(started));
    }
}
