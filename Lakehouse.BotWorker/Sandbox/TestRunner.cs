namespace Lakehouse.BotWorker.Sandbox;

/// <summary>Runs a target's tests, which a model may have written: without secrets, within limits, as far apart from the machine as it can, and leaving no process.</summary>
internal sealed class TestRunner(SandboxFolders folders, SandboxOptions options, TimeProvider time, Isolation? isolation = null)
{
    private readonly Isolation _isolation = isolation ?? Isolations.Best;

    /// <summary>Whether code in it is kept from the network.</summary>
    public bool IsOffline => !options.Network && _isolation != Isolation.None;

    public async Task<TestRun> RunAsync(TestCommand command, TimeSpan limit, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var process = await SandboxProcess.RunAsync(command, folders, options, _isolation, limit, time, cancellationToken);
        // where the folders are is ours alone, and differs from cycle to cycle
        var output = process.Output.Replace(folders.Worktree + "/", "", StringComparison.Ordinal).Replace(folders.Home, "~", StringComparison.Ordinal);
        return TestVerdict.Of(command, process with { Output = output }, limit, time.GetElapsedTime(started), _isolation.Describe(options.Network));
    }
}
