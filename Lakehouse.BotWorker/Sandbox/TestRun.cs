namespace Lakehouse.BotWorker.Sandbox;

/// <summary>What a run of the target's tests gave.</summary>
/// <param name="Green">Exit code 0, in time, at least one test executed and none failed.</param>
/// <param name="Passed">Null when the output does not say.</param>
/// <param name="ExitCode">Null when it was stopped, or could not be started.</param>
/// <param name="Isolation">How far it was kept apart from the machine, in words.</param>
/// <param name="Reason">One sentence: why it is green or not.</param>
internal sealed record TestRun(bool Green, int? Passed, int? Failed, int? ExitCode, bool TimedOut, TimeSpan Duration, string OutputTail, string Reason, string? Isolation = null)
{
    /// <summary>Names of all that failed; empty where the runner does not name them all.</summary>
    public IReadOnlyList<string> FailedTests { get; init; } = [];

    /// <summary>What failed first and passed when it was run again.</summary>
    public IReadOnlyList<string> FlakyTests { get; init; } = [];

    /// <summary>It is red, and just as red as the base commit: nothing that the change did.</summary>
    public bool OnlyOldFailures { get; init; }
}
