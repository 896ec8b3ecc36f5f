using Lakehouse.BotWorker.Cycles;
using Lakehouse.BotWorker.Sandbox;

namespace Lakehouse.BotWorker.Judgement;

/// <summary>Which failures are the proposal's: not those of the base commit, and not those that are gone when the tests are run again.</summary>
internal static class TestJudge
{
    private const int MostNamed = 5;

    public static TestRun Judge(TestRun run, TestRun? before)
    {
        if (run.Green)
        {
            return run;
        }

        if (before is null)
        {
            return run.FailedTests.Count == 0 ? run : run with { Reason = $"{run.Reason}: {Names(run.FailedTests)}" };
        }

        var comparison = TestComparison.Of(before, run);
        return comparison.NoWorse
            ? run with { OnlyOldFailures = true, Reason = $"{run.Reason}, as on the base commit{(comparison.ByName ? $": {Names(comparison.Old)}" : ", by their number")}" }
            : run with { Reason = run.Reason + Against(before, run, comparison) };
    }

    /// <param name="second">The same tests once more, after <paramref name="first"/> was red.</param>
    public static TestRun Combine(TestRun first, TestRun second, TestRun? before)
    {
        if (!second.Green && !second.OnlyOldFailures)
        {
            return second with { Reason = $"{second.Reason}; run twice" };
        }

        IReadOnlyList<string> old = before?.FailedTests ?? [];
        IReadOnlyList<string> flaky = [.. first.FailedTests.Except(second.FailedTests).Except(old)];
        var count = first.Failed - (second.Failed ?? 0);
        flaky = flaky.Count > 0 ? flaky : [count == 1 ? "one test that the runner does not name" : $"{count} tests that the runner does not name"];
        return second with { FlakyTests = flaky, Reason = $"{second.Reason}; flaky, red at first and green when run again: {Names(flaky)}" };
    }

    private static string Against(TestRun before, TestRun run, TestComparison comparison) => comparison switch
    {
        { ByName: true, New.Count: > 0 and var count } => $": {Names(comparison.New)} ({(comparison.Old.Count == 0 ? "" : $"{count} of them ")}not on the base commit)",
        { FewerTests: > 0 and var fewer } when run.Failed > 0 => $", and {Counted.Of(fewer, "test")} of the base commit {(fewer == 1 ? "was" : "were")} not run",
        _ when before is { Green: false, Passed: null or 0 } && run is { Passed: null or 0 } => "; on the base commit no test passes either",
        _ => "",
    };

    private static string Names(IReadOnlyList<string> names) => string.Join(", ", names.Take(MostNamed)) + (names.Count > MostNamed ? $" and {names.Count - MostNamed} more" : "");
}
