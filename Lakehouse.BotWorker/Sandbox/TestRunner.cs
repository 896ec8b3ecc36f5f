namespace Lakehouse.BotWorker.Sandbox;

/// <summary>Runs a target's tests, which a model may have written: without secrets, within limits, as far apart from the machine as it can, and leaving no process.</summary>
internal sealed class TestRunner(SandboxFolders folders, SandboxOptions options, TimeProvider time, Isolation? isolation = null)
{
    private readonly Isolation _isolation = isolation ?? Isolations.Best;

    public async Task<TestRun> RunAsync(TestCommand command, TimeSpan limit, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var process = await SandboxProcess.RunAsync(command, folders, options, _isolation, limit, time, cancellationToken);
        return TestVerdict.Of(command, process, limit, time.GetElapsedTime(started), _isolation.Describe(options.Network));
    }
}
