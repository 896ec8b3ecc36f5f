using System.Text;
using System.Text.Json;

namespace Lakehouse.Gateway.Tests.Security;

/// <summary>Something that was planted, and how it may look where it must not be.</summary>
/// <param name="Shown">Characters at the start that may be seen: of a virtual key its name and its hint.</param>
internal sealed record Secret(string Name, string Text, int Shown = 0)
{
    /// <summary>Characters of a secret that nobody takes for a coincidence.</summary>
    private const int Telling = 10;

    /// <returns>The first of its spellings in a text, or null.</returns>
    public string? FoundIn(string text) => Spellings().FirstOrDefault(spelling => text.Contains(spelling, StringComparison.Ordinal));

    /// <summary>What is looked for is only the beginning: it is in the whole, and in a part that was cut off.</summary>
    public IEnumerable<string> Spellings()
    {
        var start = Text[..Math.Min(Text.Length, Shown + Telling)];
        return new[] { start, JsonEncodedText.Encode(start).Value, start.Replace("/", "\\/", StringComparison.Ordinal), Uri.EscapeDataString(start), Uri.EscapeDataString(Uri.EscapeDataString(start)) }
            .Concat(Enumerable.Range(0, 3).SelectMany(offset => Base64(start, offset)))
            .SelectMany(spelling => new[] { spelling, spelling.ToLowerInvariant() }).Distinct(StringComparer.Ordinal);
    }

    // three bytes become four letters, so that it depends on what stands in front; the letters at the ends are shared with the neighbours
    private static IEnumerable<string> Base64(string text, int offset)
    {
        var shared = offset == 0 ? 0 : offset + 1;
        var letters = Convert.ToBase64String([.. new byte[offset], .. Encoding.UTF8.GetBytes(text)]).TrimEnd('=');
        var own = letters[shared..^1];
        return [own, own.Replace('+', '-').Replace('/', '_')];
    }
}
