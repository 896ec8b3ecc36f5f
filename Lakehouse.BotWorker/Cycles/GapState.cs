namespace Lakehouse.BotWorker.Cycles;

/// <summary>Where a gap stands. The policy picks among the eligible ones only.</summary>
internal enum GapState
{
    /// <summary>The policy may pick it.</summary>
    Eligible,

    /// <summary>A cycle on it waits or runs.</summary>
    InProgress,

    /// <summary>A draft waits for a person.</summary>
    OpenPr,

    /// <summary>Its pull request was merged.</summary>
    Landed,

    /// <summary>A person closed its pull request; left alone until the line changes.</summary>
    Declined,

    /// <summary>It failed lately; the policy leaves it alone for a while, a person need not.</summary>
    CoolingDown,

    /// <summary>It failed too often; left alone until a person unparks it.</summary>
    Parked,
}
