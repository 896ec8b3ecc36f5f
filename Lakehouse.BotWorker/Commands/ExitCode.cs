using Lakehouse.BotWorker.Cycles;

namespace Lakehouse.BotWorker.Commands;

/// <summary>What a program that calls the command line is told; docs/bot.md lists them.</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int Usage = 2;
    public const int Skipped = 3;
    public const int NotReachable = 4;
    public const int Refused = 5;
    public const int Interrupted = 130;

    public static int Of(CycleOutcome outcome) => outcome switch
    {
        CycleOutcome.Ok or CycleOutcome.CycleNoop => Done,
        _ when outcome.IsFailure() => Failed,
        _ => Skipped,
    };
}
