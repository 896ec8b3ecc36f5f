namespace Lakehouse.BotWorker.Cycles;

/// <summary>Parks a gap that failed too often, in the transaction that stores the failure: a crash can come before both or after both.</summary>
internal static class GapParking
{
    /// <summary>One after the other for each gap, so that a count never misses a failure or a reset that is just being stored.</summary>
    public const string TakeTurn = "select pg_advisory_xact_lock(hashtextextended('lakehouse.bot.gap:' || @repository || ':' || @gapId, 0))";

    /// <summary>Statements for the end of a cycle that is a strike; each sees what was committed before its turn.</summary>
    public const string Park = """
        insert into bot.parked_gaps (repository, gap_id, parked_at, reason, parked_by)
        select repository, gap_id, @now, strikes || case strikes when 1 then ' failure' else ' failures' end || ' in a row, the last as ' || @outcome, 'bot'
        from bot.gap_strikes where repository = @repository and gap_id = @gapId and strikes >= @parkAfter
        on conflict (repository, gap_id) do nothing
        """;
}
