using System.Text.Json;
using System.Text.RegularExpressions;

namespace Lakehouse.Gateway.Providers;

/// <summary>Takes keys out of what a vendor said before a caller, a log or a trace sees it.</summary>
internal static partial class Redaction
{
    private const int Longest = 500;

    public static string Clean(string text, string? apiKey)
    {
        var clean = Spellings(apiKey).Aggregate(text, (said, key) => said.Replace(key, "[key]", StringComparison.Ordinal));
        clean = Credentials().Replace(clean, "${name}[key]");
        return clean.Length <= Longest ? clean : clean[..Longest] + "…";
    }

    // a vendor may say it inside of JSON, whose writers escape more or less, or as part of an address
    private static IEnumerable<string> Spellings(string? apiKey) => apiKey is { Length: > 0 }
        ? [apiKey, JsonEncodedText.Encode(apiKey).Value, apiKey.Replace("/", "\\/", StringComparison.Ordinal), Uri.EscapeDataString(apiKey)]
        : [];

    [GeneratedRegex(@"(?i)(?<name>bearer\s+|api[-_ ]?key[""':= ]+|\bsk-)[A-Za-z0-9._\-]{8,}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Credentials();
}
