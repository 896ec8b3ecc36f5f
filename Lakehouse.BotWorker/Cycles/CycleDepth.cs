namespace Lakehouse.BotWorker.Cycles;

/// <summary>How far a cycle goes. All but <see cref="Full"/> are dry runs.</summary>
internal enum CycleDepth
{
    /// <summary>Up to a draft pull request.</summary>
    Full,

    /// <summary>All but the push: applied, tested and committed in a place of its own, and the patch is shown.</summary>
    Rehearse,

    /// <summary>Up to a proposal that was paid for and judged; nothing is applied.</summary>
    Propose,

    /// <summary>Only lists the gaps.</summary>
    List,
}
