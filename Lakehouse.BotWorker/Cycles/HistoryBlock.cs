using System.Globalization;
using System.Text;

namespace Lakehouse.BotWorker.Cycles;

/// <summary>The earlier attempts on a gap, as the model reads them. A golden test pins the form: this is how cycles compound.</summary>
internal static class HistoryBlock
{
    public const int MostRecent = 5;

    private const int ReasonLength = 600;

    /// <param name="most">So many are told, see <see cref="BotOptions.History"/>.</param>
    /// <returns>Null for the first cycle on a gap, or where none is to be told.</returns>
    public static string? Render(IReadOnlyList<PastCycle> latestFirst, int most = MostRecent)
    {
        var cycles = latestFirst.Take(most).ToList();
        if (cycles.Count == 0)
        {
            return null;
        }

        var block = new StringBuilder($"Prior attempts on this gap ({cycles.Count} most recent):\n");
        foreach (var cycle in cycles)
        {
            var at = cycle.At.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
            block.Append($"- {at} UTC — {cycle.Outcome.ToText()}\n");
            if (!string.IsNullOrWhiteSpace(cycle.Reason))
            {
                block.Append($"  reason: {OneLine(cycle.Reason)}\n");
            }

            if (cycle.PrUrl is not null)
            {
                block.Append($"  PR: {cycle.PrUrl}\n");
            }
            else if (cycle.Files.Count > 0)
            {
                block.Append($"  files: {string.Join(", ", cycle.Files.Select(OneLine))}\n");
            }
        }

        return block.Append("Learn from these: build on what worked, avoid paths that failed.").ToString();
    }

    private static string OneLine(string text)
    {
        var line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= ReasonLength ? line : line[..ReasonLength] + "…";
    }
}
