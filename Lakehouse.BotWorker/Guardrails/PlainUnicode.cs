using System.Globalization;
using System.Text;

namespace Lakehouse.BotWorker.Guardrails;

/// <summary>
/// Letters that every file system keeps as they are. A list of what is allowed and not of what is forbidden, because
/// Unicode grows, and because <see cref="string.Normalize()"/> changes nothing under invariant globalization: every
/// composed letter here is its own normal form, and combining marks, which would make a second spelling, are not here.
/// </summary>
internal static class PlainUnicode
{
    // Long s, Kelvin-like letters and dotless i fold to ASCII letters on some systems.
    private static readonly HashSet<int> FoldToAscii = [0x0130, 0x0131, 0x017F, 0x212A, 0x212B];

    private static readonly (int First, int Last)[] Letters =
    [
        (0x00C0, 0x024F), // Latin with accents
        (0x0386, 0x03FF), // Greek
        (0x0400, 0x0481), (0x048A, 0x052F), // Cyrillic
        (0x05D0, 0x05EA), // Hebrew
        (0x0621, 0x064A), // Arabic
        (0x3041, 0x3096), (0x30A1, 0x30FA), // Kana
        (0x4E00, 0x9FFF), // Han
        (0xAC00, 0xD7A3), // Hangul
    ];

    public static bool IsPlain(string segment) => segment.EnumerateRunes().All(IsPlain);

    private static bool IsPlain(Rune rune) => rune.IsAscii
        ? !Rune.IsControl(rune)
        : Rune.GetUnicodeCategory(rune) is UnicodeCategory.LowercaseLetter or UnicodeCategory.UppercaseLetter or UnicodeCategory.OtherLetter
            && !FoldToAscii.Contains(rune.Value)
            && Letters.Any(range => rune.Value >= range.First && rune.Value <= range.Last);
}
