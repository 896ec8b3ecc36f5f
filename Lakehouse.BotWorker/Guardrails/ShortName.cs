using System.Text.RegularExpressions;

namespace Lakehouse.BotWorker.Guardrails;

/// <summary><c>SECRET~1.PEM</c>: NTFS' second name of a file with a longer one.</summary>
internal static partial class ShortName
{
    public static bool IsMatch(string segment) => Form().IsMatch(segment);

    [GeneratedRegex(@"^[^.]{1,7}~[0-9]{1,6}(\.[^.]{0,3})?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Form();
}
