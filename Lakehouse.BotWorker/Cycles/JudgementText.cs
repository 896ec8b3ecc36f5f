using System.Text;
using Lakehouse.BotWorker.Judgement;
using static Lakehouse.BotWorker.Cycles.PullRequestText;

namespace Lakehouse.BotWorker.Cycles;

/// <summary>What a reviewer is told about the tests, beside their result; and what each try cost.</summary>
internal static class JudgementText
{
    private const int MostNames = 20;

    public static string Of(CycleRecord cycle)
    {
        var text = new StringBuilder();
        text.Append(cycle.Baseline is { } baseline
            ? $"**Tests before**, on `{baseline.BaseSha[..12]}`: {OneLine(baseline.Tests.Reason)} ({baseline.Tests.Passed?.ToString() ?? "?"} passed, {baseline.Tests.Failed?.ToString() ?? "?"} failed){(baseline.LoadedPackages ? "; its packages were loaded over the network first" : "")}\n"
            : "**Tests before** none were found on the base commit\n");
        if (cycle is { Tests.OnlyOldFailures: true, Comparison: { } comparison })
        {
            text.Append($"**Old failures kept** The tests are red, as they are without this change{(comparison.ByName ? $": {Names(comparison.Old)}" : "; the runner names no tests, so only their number was compared")}\n");
        }

        if (cycle.Comparison is { Fixed: { Count: > 0 } repaired })
        {
            text.Append($"**Repaired** {Names(repaired)}\n");
        }

        if (cycle.Tests is { FlakyTests: { Count: > 0 } flaky })
        {
            text.Append($"**Flaky** red at first, green when run once more: {Names(flaky)}\n");
        }

        if (cycle.WeakenedTests.Count > 0)
        {
            text.Append("\n**Weakened tests: please look twice**\n\n");
            foreach (var weakened in cycle.WeakenedTests.Take(MostNames))
            {
                text.Append($"- {Kind(weakened.Kind)} {Code(weakened.Path)}: {Code(weakened.What)}\n");
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    /// <returns>Empty where the first try was the last.</returns>
    public static string Tries(CycleRecord cycle)
    {
        if (cycle.Tries.Count < 2)
        {
            return "";
        }

        var text = new StringBuilder($"**Tries in this cycle** {Counted.Of(cycle.Spent.Calls, "call")}, {cycle.Spent.PromptTokens?.ToString() ?? "?"} + {cycle.Spent.CompletionTokens?.ToString() ?? "?"} tokens, {Usd(cycle.Spent.CostNanoUsd)} in all\n");
        foreach (var attempt in cycle.Tries)
        {
            text.Append($"- {attempt.Number}: {OneLine(attempt.Call?.Model ?? "no answer")}, {attempt.Call?.PromptTokens?.ToString() ?? "?"} + {attempt.Call?.CompletionTokens?.ToString() ?? "?"} tokens, {Usd(attempt.Call?.CostNanoUsd)}; {attempt.Outcome?.ToText() ?? "published here"}{(attempt.Reason is null ? "" : ": " + OneLine(attempt.Reason))}\n");
        }

        return text.ToString();
    }

    /// <summary>The name of a flag, as it is stored: <c>test_deleted</c>.</summary>
    public static string Kind(Weakening kind) => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString());

    private static string Names(IReadOnlyList<string> names) => string.Join(", ", names.Take(MostNames).Select(Code)) + (names.Count > MostNames ? $" and {names.Count - MostNames} more" : "");
}
