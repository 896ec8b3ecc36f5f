namespace Lakehouse.BotWorker.Sandbox;

/// <param name="ExitCode">Null when the process was killed at the limit or could not be started.</param>
/// <param name="Passed">The limit, other than time, that it passed, as the end of a sentence; it was killed then.</param>
/// <param name="StartFailure">Why it could not be started.</param>
internal sealed record ProcessResult(int? ExitCode, bool TimedOut, string? Passed, string Output, string? StartFailure);
