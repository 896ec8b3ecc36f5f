using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Lakehouse.Gateway.Providers;

/// <summary>Takes keys out of what a vendor said before a caller, a log or a trace sees it.</summary>
internal static partial class Redaction
{
    private const int Longest = 500;

    /// <summary>Characters that are looked at: a key that the cut at <see cref="Longest"/> goes through is seen whole.</summary>
    private const int Looked = 8_000;

    /// <summary>So many characters of a key's beginning are taken for it: some vendors show only how it begins.</summary>
    private const int Telling = 8;

    public static string Clean(string text, string? apiKey)
    {
        var clean = text.Length <= Looked ? text : text[..Looked];
        clean = apiKey is { Length: > 0 } ? Without(clean, [.. Spellings(apiKey).Distinct(StringComparer.Ordinal)]) : clean;
        clean = Credentials().Replace(clean, "${name}[key]");
        return clean.Length <= Longest && text.Length <= Looked ? clean : clean[..Math.Min(clean.Length, Longest)] + "…";
    }

    private static string Without(string text, IReadOnlyList<string> spellings)
    {
        var (clean, from) = (new StringBuilder(), 0);
        while (Next(text, from, spellings) is { } at)
        {
            // they may begin alike: the one that goes furthest is meant
            clean.Append(text, from, at - from).Append("[key]");
            from = at + spellings.Max(spelling => text.AsSpan(at).CommonPrefixLength(spelling));
        }

        return clean.Append(text, from, text.Length - from).ToString();
    }

    private static int? Next(string text, int from, IReadOnlyList<string> spellings)
    {
        var found = spellings.Select(spelling => text.IndexOf(spelling[..Math.Min(Telling, spelling.Length)], from, StringComparison.Ordinal)).Where(at => at >= 0).ToList();
        return found.Count == 0 ? null : found.Min();
    }

    // a vendor may say it inside of JSON, whose writers escape more or less, as part of an address, or encoded as in Basic
    private static IEnumerable<string> Spellings(string apiKey)
    {
        var (json, address, base64) = (JsonEncodedText.Encode(apiKey).Value, Uri.EscapeDataString(apiKey), Convert.ToBase64String(Encoding.UTF8.GetBytes(apiKey)));
        return
        [
            apiKey, apiKey.Replace("/", "\\/", StringComparison.Ordinal),
            json, Escape().Replace(json, escape => escape.Value.ToLowerInvariant()), address, Escape().Replace(address, escape => escape.Value.ToLowerInvariant()),
            base64, base64.Replace('+', '-').Replace('/', '_'),
        ];
    }

    [GeneratedRegex(@"\\u[0-9A-F]{4}|%[0-9A-F]{2}", RegexOptions.None, 1000)]
    private static partial Regex Escape();

    // what follows "API key" is mostly the rest of a sentence: a key has digits in it, or is longer than words are
    [GeneratedRegex(
        @"(?i)(?<name>bearer\s+|api[-_ ]?key[""':= ]+|\bsk-)(?=[A-Za-z._~+/\-]*[0-9]|[A-Za-z._~+/\-]{24})[A-Za-z0-9._~+/\-]{8,}|(?<name>\bapi[-_]?key=)[A-Za-z0-9._~+/\-]{8,}",
        RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Credentials();
}
