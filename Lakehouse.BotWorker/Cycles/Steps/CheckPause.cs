using Lakehouse.ServiceDefaults.Telemetry;

namespace Lakehouse.BotWorker.Cycles.Steps;

internal sealed class CheckPause(PauseSwitch pause) : ICycleStep
{
    public const string FileName = "bot.paused";

    public string Name => TelemetryNames.Cycle.CheckPause;

    public CycleOutcome WhenItFails => CycleOutcome.SkippedPause;

    public async Task<CycleEnd?> RunAsync(CycleRun run, CancellationToken cancellationToken)
    {
        if (File.Exists(Path.Combine(run.Record.Repository, FileName)))
        {
            return new CycleEnd(CycleOutcome.SkippedPause, $"The file {FileName} is in the root of the target repository; delete it to go on.");
        }

        return await pause.PausedSinceAsync(run.Record.Repository, cancellationToken) is { } since
            ? new CycleEnd(CycleOutcome.SkippedPause, $"The bot has been paused on its page since {since:yyyy-MM-dd HH:mm} UTC; press Resume there to go on.")
            : null;
    }
}
