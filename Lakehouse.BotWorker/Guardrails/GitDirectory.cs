using System.Globalization;
using System.Text;

namespace Lakehouse.BotWorker.Guardrails;

/// <summary>Names that git, NTFS, HFS+ or a careless reader takes for <c>.git</c>.</summary>
internal static class GitDirectory
{
    public static bool IsMeantBy(string segment)
    {
        var name = Skeleton(segment);
        // NTFS: an alternate data stream, trailing dots and blanks, the short name
        name = name.Split(':')[0].TrimEnd('.', ' ');
        return name is ".git" || (name.StartsWith("git~", StringComparison.Ordinal) && name[4..].All(char.IsAsciiDigit));
    }

    // HFS+ leaves ignorable code points out; fullwidth forms are how NTFS shows nothing, but people and tools fold them.
    private static string Skeleton(string segment)
    {
        var skeleton = new StringBuilder();
        foreach (var rune in segment.EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format or UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Control
                || rune.Value is 0xFFFD or 0x115F or 0x1160 or 0x3164 or 0xFFA0)
            {
                continue;
            }

            skeleton.Append(Fold(rune));
        }

        return skeleton.ToString();
    }

    private static string Fold(Rune rune) => rune.Value switch
    {
        0x0130 or 0x0131 or 0x0456 or 0x0406 or 0x0399 or 0x03B9 => "i",
        0x2024 or 0x3002 or 0xFF61 or 0xFE52 => ".",
        0x0261 => "g",
        0x0422 or 0x0442 => "t",
        >= 0xFF01 and <= 0xFF5E => char.ToString((char)(rune.Value - 0xFEE0)).ToLowerInvariant(),
        >= 0x1D400 and <= 0x1D6A3 => char.ToString((char)('a' + ((rune.Value - 0x1D400) % 26))),
        >= 0x24B6 and <= 0x24E9 => char.ToString((char)('a' + ((rune.Value - 0x24B6) % 26))),
        _ => Rune.ToLowerInvariant(rune).ToString(),
    };
}
