using System.Text;

namespace Lakehouse.Gateway.Knowledge.Truth;

/// <summary>
/// Finds texts in texts, whatever their case. Whole words are meant where a rule says so: <c>DROP</c> is not in "dropped",
/// "drop_date" or "Deleteriou", but it is in <c>drop/**/table</c> and in <c>DR/**/OP</c>, which some database may read as one word.
/// </summary>
internal static class Words
{
    public static bool Contain(string text, string sought, bool wholeWords) => wholeWords
        ? Readings(text).Any(reading => Find(reading, OnOneLine(sought), 0, wholeWords: true) >= 0)
        : Find(text, sought, 0, wholeWords: false) >= 0;

    /// <summary>Puts another text in the place of each that is found.</summary>
    public static string Replace(string text, string sought, string replacement, bool wholeWords)
    {
        var at = Find(text, sought, 0, wholeWords);
        if (at < 0)
        {
            return text;
        }

        var (result, from) = (new StringBuilder(), 0);
        for (; at >= 0; at = Find(text, sought, from, wholeWords))
        {
            result.Append(text, from, at - from).Append(replacement);
            from = at + sought.Length;
        }

        return result.Append(text, from, text.Length - from).ToString();
    }

    private static int Find(string text, string sought, int from, bool wholeWords)
    {
        var at = text.IndexOf(sought, from, StringComparison.OrdinalIgnoreCase);
        while (wholeWords && at >= 0 && !StandsAlone(text, at, sought.Length))
        {
            at = text.IndexOf(sought, at + 1, StringComparison.OrdinalIgnoreCase);
        }

        return at;
    }

    private static bool StandsAlone(string text, int at, int length) =>
        (at == 0 || !(IsOfWord(text[at]) && IsOfWord(text[at - 1])))
        && (at + length == text.Length || !(IsOfWord(text[at + length - 1]) && IsOfWord(text[at + length])));

    private static bool IsOfWord(char letter) => char.IsLetterOrDigit(letter) || letter == '_';

    // as it stands, so that nothing hides behind an odd comment; with comments for spaces; and with comments for nothing
    private static IEnumerable<string> Readings(string text)
    {
        yield return OnOneLine(text);
        if (text.Contains("/*", StringComparison.Ordinal))
        {
            yield return OnOneLine(WithoutComments(text, " "));
            yield return OnOneLine(WithoutComments(text, ""));
        }
    }

    private static string OnOneLine(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    // they nest, as in PostgreSQL
    private static string WithoutComments(string text, string instead)
    {
        var (result, depth) = (new StringBuilder(), 0);
        for (var at = 0; at < text.Length; at++)
        {
            var two = text.AsSpan(at, Math.Min(2, text.Length - at));
            if (two is "/*")
            {
                (depth, at) = (depth + 1, at + 1);
            }
            else if (depth > 0 && two is "*/")
            {
                (depth, at) = (depth - 1, at + 1);
                result.Append(depth == 0 ? instead : "");
            }
            else if (depth == 0)
            {
                result.Append(text[at]);
            }
        }

        return result.ToString();
    }
}
