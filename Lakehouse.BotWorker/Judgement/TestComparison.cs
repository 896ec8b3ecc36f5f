using Lakehouse.BotWorker.Sandbox;

namespace Lakehouse.BotWorker.Judgement;

/// <summary>A run beside that of the base commit: whose failures are these?</summary>
/// <param name="ByName">Failures are told apart by name; else only their numbers are compared.</param>
/// <param name="New">What failed and did not fail on the base commit, by name.</param>
/// <param name="Old">What failed on it, too.</param>
/// <param name="Fixed">What failed on it, and no more.</param>
/// <param name="NoWorse">It is red for old failures alone.</param>
/// <param name="FewerTests">So many tests less were executed than on the base commit.</param>
internal sealed record TestComparison(bool ByName, IReadOnlyList<string> New, IReadOnlyList<string> Old, IReadOnlyList<string> Fixed, bool NoWorse, int FewerTests)
{
    public static TestComparison Of(TestRun before, TestRun after)
    {
        var byName = IsNamed(before) && IsNamed(after);
        IReadOnlyList<string> added = byName ? [.. after.FailedTests.Except(before.FailedTests)] : [];
        // a red run in which nothing passed proves nothing, whatever was red before
        var noWorse = after is { Green: false, ExitCode: not null, Passed: > 0, Failed: > 0 }
            && before is { Green: false, ExitCode: not null, Failed: > 0 }
            && after.Passed >= before.Passed
            && (byName ? added.Count == 0 : after.Failed <= before.Failed);
        return new(
            byName,
            added,
            byName ? [.. after.FailedTests.Intersect(before.FailedTests)] : [],
            byName ? [.. before.FailedTests.Except(after.FailedTests)] : [],
            noWorse,
            Executed(before) is { } then && Executed(after) is { } now ? Math.Max(0, then - now) : 0);
    }

    private static bool IsNamed(TestRun run) => run.Failed == 0 || run.FailedTests.Count > 0;

    private static int? Executed(TestRun run) => run.Passed + run.Failed;
}
