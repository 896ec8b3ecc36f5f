namespace Lakehouse.BotWorker.Cycles;

/// <summary>Why the policy had nothing to pick, gap by gap.</summary>
internal static class GapsLeft
{
    public static CycleEnd End(IReadOnlyList<Gap> gaps, IReadOnlyDictionary<string, GapStanding> standings)
    {
        var left = gaps.Select(gap => standings[gap.Id]).ToList();
        var reason = $"No gap is left to pick of {gaps.Count}: {string.Join(", ", left.GroupBy(standing => standing.State).OrderBy(group => group.Key).Select(Say))}.";
        return left switch
        {
            _ when left.Any(standing => standing.State == GapState.CoolingDown) => new(CycleOutcome.SkippedPolicy, reason, EndCode.CoolingDown),
            _ when left.Any(standing => standing.State == GapState.Parked) => new(CycleOutcome.SkippedPolicy, reason, EndCode.Parked),
            _ => new(CycleOutcome.SkippedNoGap, reason),
        };
    }

    private static string Say(IGrouping<GapState, GapStanding> group) => group.Key switch
    {
        GapState.Eligible => $"{group.Count()} that PickGap left alone",
        GapState.InProgress => $"{group.Count()} in progress",
        GapState.OpenPr => $"{group.Count()} with an open pull request",
        GapState.Landed => $"{group.Count()} landed",
        GapState.Declined => $"{group.Count()} declined by a person",
        GapState.CoolingDown => $"{group.Count()} cooling down until {group.Min(standing => standing.CoolingUntil):yyyy-MM-dd HH:mm} UTC",
        GapState.Parked => $"{group.Count()} parked until a person unparks",
        _ => $"{group.Count()} {group.Key}",
    };
}
