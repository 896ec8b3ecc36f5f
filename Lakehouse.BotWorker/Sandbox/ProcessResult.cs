namespace Lakehouse.BotWorker.Sandbox;

/// <param name="ExitCode">Null when the process was killed at the limit or could not be started.</param>
/// <param name="StartFailure">Why it could not be started.</param>
internal sealed record ProcessResult(int? ExitCode, bool TimedOut, string Output, string? StartFailure);
