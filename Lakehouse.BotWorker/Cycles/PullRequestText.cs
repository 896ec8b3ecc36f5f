using System.Globalization;
using System.Text;
using System.Text.Json;
using Lakehouse.BotWorker.Cycles.PullRequests;
using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.BotWorker.Cycles;

/// <summary>What a reviewer reads. Text of the model or of the PRD is quoted so that it cannot pass for ours.</summary>
internal static class PullRequestText
{
    private const int SubjectLength = 72;
    private const int TitleLength = 200;

    /// <summary>A pull request's, where there is room for a sentence.</summary>
    public static string Title(CycleRecord cycle) => Cut(cycle, TitleLength);

    /// <summary>A commit's, which tools show in one line.</summary>
    public static string Subject(CycleRecord cycle) => Cut(cycle, SubjectLength);

    /// <summary>By which people find what the bot opened.</summary>
    public static IReadOnlyList<string> Labels { get; } = ["lakehouse-bot"];

    public static string Body(CycleRecord cycle, BotOptions options)
    {
        var (gap, tests, call) = (cycle.Gap!, cycle.Tests!, cycle.ModelCall);
        var body = new StringBuilder();
        body.Append($"**Gap** `{gap.Id}` ({GapReader.PrdPath}:{gap.LineNumber})\n\n{Quote(gap.Line)}\n\n");
        body.Append($"**Summary, by the model**\n\n{Quote(cycle.Proposal!.Summary)}\n\n");
        body.Append("**Files**\n\n");
        foreach (var change in Enum.GetValues<FileChange>())
        {
            var paths = cycle.Files.Where(file => file.Change == change).Select(file => Code(file.Path)).ToList();
            body.Append($"- {change.ToString().ToUpperInvariant()} {paths.Count}{(paths.Count == 0 ? "" : ": " + string.Join(", ", paths))}\n");
        }

        body.Append($"\n**Tests** {Code(cycle.TestCommand ?? "")}: {OneLine(tests.Reason)} ({tests.Passed?.ToString() ?? "?"} passed, {tests.Failed?.ToString() ?? "?"} failed)\n");
        body.Append(JudgementText.Of(cycle));
        body.Append($"**Isolation** {OneLine(tests.Isolation ?? "not recorded")}\n");
        body.Append($"**Model** {OneLine(call?.Model ?? "unknown")} by {OneLine(call?.Provider ?? "unknown")}, {(call?.Attempts is { } attempts ? Counted.Of(attempts, "attempt") : "? attempts")}, {call?.PromptTokens?.ToString() ?? "?"} + {call?.CompletionTokens?.ToString() ?? "?"} tokens, {Usd(call?.CostNanoUsd)}\n");
        body.Append(JudgementText.Tries(cycle));
        body.Append($"**Earlier attempts** {(cycle.History.Count == 0 ? "none" : "")}\n");
        foreach (var past in cycle.History)
        {
            body.Append(CultureInfo.InvariantCulture, $"- {past.At.UtcDateTime:yyyy-MM-dd HH:mm} UTC, {past.Outcome.ToText()}: {OneLine(past.Reason ?? "")}\n");
        }

        body.Append($"\nTrace [`{cycle.TraceId}`]({options.TraceLink(cycle.TraceId)}) · request `{OneLine(call?.RequestId ?? "none")}` · cycle `{cycle.CycleId}`\n\n");
        body.Append($"The bot never merges. To stop it: press Pause on {options.PublicUrl.TrimEnd('/')}/hangfire/bot, or put a file `{Steps.CheckPause.FileName}` into the repository's root. ");
        body.Append("Close this pull request and the gap is left alone until its line changes. ");
        body.Append("Push to its branch and it is yours. Whoever may write to the repository can also comment, for the next cycle that a person starts: ");
        body.Append("`/redo` with what is to be done otherwise, `/stop` to leave it as it is, `/ignore` to leave the gap alone.\n\n");
        body.Append($"{Voices.OwnMark} {JsonSerializer.Serialize(new { gap_id = gap.Id, cycle_id = cycle.CycleId, patch_sha256 = cycle.PatchHash }, LakehouseJson.Options)} -->\n");
        return body.ToString();
    }

    public static string Usd(long? nanoUsd) => nanoUsd is { } cost ? string.Create(CultureInfo.InvariantCulture, $"{cost / 1_000_000_000m:0.######} USD") : "cost unknown";

    private static string Cut(CycleRecord cycle, int most)
    {
        var title = OneLine(cycle.Proposal!.Summary);
        title = title.Length == 0 ? $"Work on gap {cycle.Gap!.Id}" : title;
        return title.Length <= most ? title : title[..(most - 1)] + "…";
    }

    // each line behind '>', and no comment or tag of its own: a quoted text cannot fake the block below
    private static string Quote(string text) =>
        string.Join('\n', Plain(text).Split('\n').Select(line => "> " + line.TrimEnd()));

    public static string Code(string text) => $"`{OneLine(text).Replace("`", "'", StringComparison.Ordinal)}`";

    public static string OneLine(string text) => string.Join(' ', Plain(text).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static string Plain(string text) => text.ReplaceLineEndings("\n").Replace("<", "&lt;", StringComparison.Ordinal);
}
