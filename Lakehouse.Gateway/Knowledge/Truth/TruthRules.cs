using System.Text.Json.Nodes;

namespace Lakehouse.Gateway.Knowledge.Truth;

/// <summary>Every rule that is in force, in the order in which they were loaded. Immutable.</summary>
/// <param name="LoadedAt">UTC.</param>
internal sealed record TruthRules(IReadOnlyList<TruthRule> All, string Folder, DateTimeOffset LoadedAt)
{
    /// <summary>Rules that are for any of these task classes; null is a task without one.</summary>
    public IEnumerable<TruthRule> For(params string?[] taskClasses) => All.Where(rule => taskClasses.Any(rule.Tasks.Matches));

    /// <summary>Asks all of them, so that the caller learns everything at once.</summary>
    /// <returns>Null where no rule is for such a task.</returns>
    public TruthVerdict? Judge(JsonObject? context, params string?[] taskClasses)
    {
        List<TruthRule> rules = [.. For(taskClasses)];
        if (rules.Count == 0)
        {
            return null;
        }

        var seen = context ?? [];
        return TruthVerdict.Of([.. rules.Select(rule => Ask(rule, seen))], seen);
    }

    private static TruthFinding Ask(TruthRule rule, JsonObject context)
    {
        var (holds, why) = rule.Condition.Ask(context);
        return new(rule, holds, why);
    }
}

/// <summary>What one rule said of one context.</summary>
/// <param name="Why">What was seen, whether it fired or not.</param>
internal sealed record TruthFinding(TruthRule Rule, bool Fired, string Why);
