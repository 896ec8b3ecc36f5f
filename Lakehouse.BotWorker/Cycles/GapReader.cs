using System.Security.Cryptography;
using System.Text;

namespace Lakehouse.BotWorker.Cycles;

internal static class GapReader
{
    public const string PrdPath = "docs/PRD.md";

    private const string Tag = "[bot-eligible]";
    private const int ContextLines = 6;

    /// <summary>The tagged lines in the order of the file; of equal lines only the first counts.</summary>
    public static IReadOnlyList<Gap> Read(string prd)
    {
        var lines = prd.TrimStart('\uFEFF').ReplaceLineEndings("\n").Split('\n');
        var gaps = new List<Gap>();
        var seen = new HashSet<string>();
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i].Trim();
            if (!line.Contains(Tag, StringComparison.Ordinal) || !seen.Add(line))
            {
                continue;
            }

            var context = string.Join('\n', lines.Skip(i).Take(ContextLines)).TrimEnd();
            gaps.Add(new Gap(IdOf(line), line, context, i + 1));
        }

        return gaps;
    }

    public static string IdOf(string line) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(line.Trim())))[..12];
}
