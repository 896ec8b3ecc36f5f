using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Lakehouse.Gateway.Tools;

/// <summary>Takes out of parameters what looks like a secret, by the field's name or by the text itself, before they are kept.</summary>
internal static partial class SecretMask
{
    public const string Masked = "[secret]";

    /// <summary>Characters of one text that are kept.</summary>
    private const int Longest = 500;

    /// <summary>Characters of one text that are looked at: a secret that begins before the cut is seen whole.</summary>
    private const int Looked = 2_000;

    public static JsonNode? Of(JsonNode? node, bool isSecret = false) => node switch
    {
        JsonObject fields => Fields(fields, isSecret),
        JsonArray items => new JsonArray([.. items.Select(item => Of(item, isSecret))]),
        JsonValue value when value.TryGetValue(out string? text) => isSecret ? Masked : Clean(text),
        _ => node?.DeepClone(),
    };

    /// <summary>The whole text without what looks like a secret.</summary>
    public static string Hide(string text) => SecretText().Replace(text, Masked);

    private static JsonObject Fields(JsonObject fields, bool isSecret)
    {
        var clean = new JsonObject();
        foreach (var (name, value) in fields)
        {
            // two names may be the same without their secrets: the later one is kept
            clean[Clean(name)] = Of(value, isSecret || SecretName().IsMatch(name));
        }

        return clean;
    }

    private static string Clean(string text)
    {
        var clean = SecretText().Replace(text.Length <= Looked ? text : text[..Looked], Masked);
        return clean.Length <= Longest ? clean : clean[..Longest] + "…";
    }

    [GeneratedRegex(@"api[-_ ]?key|secret|passw|pwd|authorization|credential|private[-_ ]?key|cookie|bearer|(^|[-_ ]|access|auth|refresh)token$", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex SecretName();

    // vendors' prefixes; a header; a PEM block; a JWT; a password in an address; and, of no known form, forty characters
    // without a space that have digits among them (ids of ours have 36)
    [GeneratedRegex(
        @"\b(sk|pk|rk|xox[abprs]|gh[opsur]|github_pat|glpat|AKIA|AIza|hf|lhk?)[-_A-Za-z0-9]{12,}|bearer +[^\s""']+|-----BEGIN[^-]*PRIVATE KEY-----[\s\S]*|eyJ[-_A-Za-z0-9]+\.[-_A-Za-z0-9]+\.[-_A-Za-z0-9]*|(?<=://[^\s/:@]*:)[^\s/@]+(?=@)|(?<![-_+/=.A-Za-z0-9])(?=[-_+/=.A-Za-z]*[0-9])[-_+/=.A-Za-z0-9]{40,}",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SecretText();
}
