using System.Globalization;
using Lakehouse.BotWorker.Cycles;

namespace Lakehouse.BotWorker.Judgement;

/// <summary>How a proposal weakens tests. It is no proof of bad faith: a reviewer looks at it.</summary>
internal enum Weakening
{
    /// <summary>A test is gone, or has another name now.</summary>
    TestDeleted,

    /// <summary>It is skipped, ignored, commented out, or others are run alone.</summary>
    TestDisabled,

    AssertsRemoved,

    /// <summary>An existing test was changed together with code that is under test.</summary>
    TestAndCode,

    /// <summary>How tests are found and run was changed.</summary>
    TestSetup,

    /// <summary>Fewer tests were executed than on the base commit.</summary>
    FewerTests,
}

/// <param name="Path">The file; for <see cref="Weakening.FewerTests"/> the command.</param>
/// <param name="What">The evidence, in words.</param>
internal sealed record WeakenedTest(Weakening Kind, string Path, string What)
{
    private const int MostShown = 5;

    public static WeakenedTest Fewer(string command, int fewer) =>
        new(Weakening.FewerTests, command, string.Create(CultureInfo.InvariantCulture, $"{fewer} fewer tests were executed than on the base commit"));

    public static CycleEnd Refuse(IReadOnlyList<WeakenedTest> found) => new(
        CycleOutcome.ProposalRejected,
        $"The proposal weakens tests, and Bot:WeakenedTests is 'refuse': {string.Join("; ", found.Take(MostShown))}{(found.Count > MostShown ? $"; and {found.Count - MostShown} more" : "")}",
        EndCode.WeakenedTests);

    public override string ToString() => $"{Path}: {What}";
}
