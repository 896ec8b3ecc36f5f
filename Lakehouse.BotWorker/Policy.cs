using Lakehouse.BotWorker.Cycles;
using Lakehouse.BotWorker.Sandbox;
using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.BotWorker;

/// <summary>Yes or no, and why: the reason is stored with the cycle and shown to the model next time.</summary>
internal sealed record Verdict(bool Allowed, string Reason);

/// <param name="Gaps">How many eligible lines the PRD has.</param>
/// <param name="Budget">Today's budget of the bot; null when the gateway could not tell.</param>
/// <param name="RecentCycles">The latest cycles on any gap, newest first.</param>
/// <param name="NamedGapId">The gap that a person named; null = <see cref="Policy.PickGap"/> chooses.</param>
internal sealed record CycleContext(string TargetRepository, int Gaps, BudgetView? Budget, IReadOnlyList<PastCycle> RecentCycles, DateTimeOffset Now, string? NamedGapId = null);

/// <summary>
/// Yours to edit: four small functions that decide what the bot does on its own. They can only make it more careful. What
/// it must never do (delete, touch secrets or lock files, leave the repository, merge) is in Guardrails/ and is not asked here.
/// </summary>
internal static class Policy
{
    /// <summary>So many failures in a row today, and the bot waits for tomorrow (UTC) or for a person who names the gap.</summary>
    private const int FailuresInARow = 5;

    /// <summary>So many failures with the same set of files on one gap, and that way is closed.</summary>
    private const int SameFilesFailed = 3;

    /// <summary>A pull request that a person reads in one sitting.</summary>
    private const int MostFiles = 8;
    private const int MostCharacters = 60_000;

    public static Verdict ShouldRunCycle(CycleContext context)
    {
        var failures = context.RecentCycles
            .Where(cycle => cycle.At.UtcDateTime.Date == context.Now.UtcDateTime.Date)
            .OrderByDescending(cycle => cycle.At)
            .TakeWhile(cycle => cycle.Outcome.IsFailure())
            .Count();
        return failures < FailuresInARow ? Yes("few enough failures today")
            : context.NamedGapId is null ? No($"the last {failures} cycles of today failed; look at them, then enqueue a gap by name or wait for tomorrow (UTC)")
            : Yes($"the last {failures} cycles of today failed, and a person named this gap");
    }

    /// <summary>Lines that were never tried come first, then the one whose last try is longest ago. What has landed is left alone.</summary>
    public static Gap? PickGap(IReadOnlyList<Gap> gaps, IReadOnlyDictionary<string, IReadOnlyList<PastCycle>> history)
    {
        IReadOnlyList<PastCycle> Of(Gap gap) => history.TryGetValue(gap.Id, out var cycles) ? cycles : [];
        return gaps
            .Where(gap => Of(gap).All(cycle => cycle.Outcome != CycleOutcome.Ok))
            .OrderBy(gap => Of(gap).Select(cycle => cycle.At).DefaultIfEmpty(DateTimeOffset.MinValue).Max())
            .FirstOrDefault();
    }

    public static Verdict ScoreProposal(Proposal proposal, Gap gap, IReadOnlyList<PastCycle> history)
    {
        if (proposal.Files.Count > MostFiles)
        {
            return No($"{proposal.Files.Count} files are more than the {MostFiles} that a person reviews with care");
        }

        var characters = proposal.Files.Sum(file => file.Content.Length);
        if (characters > MostCharacters)
        {
            return No($"{characters} characters are more than the {MostCharacters} that a person reviews with care");
        }

        var files = proposal.Files.Select(file => file.Path).ToHashSet();
        var failed = history.Count(cycle => cycle.Outcome.IsFailure() && files.SetEquals(cycle.Files));
        return failed >= SameFilesFailed
            ? No($"changing just {string.Join(", ", files.Order(StringComparer.Ordinal))} failed {failed} times on gap {gap.Id}")
            : Yes("small, and not a way that kept failing");
    }

    public static Verdict ShouldOpenPR(Proposal proposal, Gap gap, TestRun tests, IReadOnlyList<PastCycle> history)
    {
        // red only where the base commit is red too: not this proposal's fault, and the pull request says so
        if (!tests.Green && !tests.OnlyOldFailures)
        {
            return No($"the tests are not green: {tests.Reason}");
        }

        if (history.FirstOrDefault(cycle => cycle.Outcome == CycleOutcome.Ok) is { } landed)
        {
            return No($"gap {gap.Id} already has a pull request: {landed.PrUrl}");
        }

        return proposal.Files.All(file => string.IsNullOrWhiteSpace(file.Content))
            ? No("every proposed file is blank")
            : Yes(tests.Reason);
    }

    private static Verdict Yes(string reason) => new(Allowed: true, reason);

    private static Verdict No(string reason) => new(Allowed: false, reason);
}
