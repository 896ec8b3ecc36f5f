namespace Lakehouse.BotWorker.Cycles;

internal enum StepState
{
    Running,
    Done,

    /// <summary>Done, and the cycle's end was decided in it.</summary>
    Ended,
}

internal sealed record CycleStepRow(string Name, StepState State, DateTimeOffset StartedAt, DateTimeOffset? FinishedAt, string? Detail)
{
    public long? DurationMs => FinishedAt is { } finished ? (long)(finished - StartedAt).TotalMilliseconds : null;
}

internal sealed record CycleLogLine(DateTimeOffset At, string Line);

/// <summary>A cycle as people and the result file see it.</summary>
internal sealed record CycleView(CycleRecord Cycle, IReadOnlyList<CycleStepRow> Steps, IReadOnlyList<CycleLogLine> Log);
