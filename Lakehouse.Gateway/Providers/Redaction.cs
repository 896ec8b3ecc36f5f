using System.Text.RegularExpressions;

namespace Lakehouse.Gateway.Providers;

/// <summary>Takes keys out of what a vendor said before a caller, a log or a trace sees it.</summary>
internal static partial class Redaction
{
    private const int Longest = 500;

    public static string Clean(string text, string? apiKey)
    {
        var clean = apiKey is { Length: > 0 } ? text.Replace(apiKey, "[key]", StringComparison.Ordinal) : text;
        clean = Credentials().Replace(clean, "${name}[key]");
        return clean.Length <= Longest ? clean : clean[..Longest] + "…";
    }

    [GeneratedRegex(@"(?i)(?<name>bearer\s+|api[-_ ]?key[""':= ]+|\bsk-)[A-Za-z0-9._\-]{8,}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Credentials();
}
