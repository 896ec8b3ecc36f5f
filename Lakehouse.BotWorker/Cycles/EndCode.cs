namespace Lakehouse.BotWorker.Cycles;

/// <summary>Why a cycle ended, where programs and pages must tell apart what shares an outcome. The thirteen outcomes stay thirteen.</summary>
internal enum EndCode
{
    /// <summary>The gap has an open pull request.</summary>
    OpenPullRequest,

    /// <summary>A person closed the gap's pull request.</summary>
    Declined,

    /// <summary>The model says that nothing is to be done.</summary>
    NothingToDo,

    /// <summary>The model says that it cannot, and why.</summary>
    Cannot,

    /// <summary>The tests of the base commit cannot be run to their end, so no proposal could be judged; no model was asked.</summary>
    BaselineUnusable,

    /// <summary>The proposal weakens tests, and such are refused (<c>Bot:WeakenedTests</c>).</summary>
    WeakenedTests,

    /// <summary>The gaps that are left failed lately, and the policy leaves them alone for a while.</summary>
    CoolingDown,

    /// <summary>The gap, or every one that is left, failed too often and waits for a person.</summary>
    Parked,

    /// <summary>A person cancelled the cycle.</summary>
    Cancelled,
}
