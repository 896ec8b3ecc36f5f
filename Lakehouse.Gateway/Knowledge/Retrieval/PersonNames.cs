using System.Globalization;
using System.Text;

namespace Lakehouse.Gateway.Knowledge.Retrieval;

/// <summary>
/// Names of persons, to take them out of texts. A text is cut into words once, and what begins at each word is looked up, so
/// that it does not matter how many names there are.
/// </summary>
internal sealed class PersonNames
{
    public const int Shortest = 2;

    /// <summary>Words of one name. Of a longer one its words are known, and not the whole.</summary>
    private const int MostWords = 16;

    public static readonly PersonNames None = new([]);

    // each as its words with one space between
    private readonly HashSet<string> _known = new(StringComparer.OrdinalIgnoreCase);
    private readonly int _mostWords;

    public PersonNames(IEnumerable<string> names)
    {
        foreach (var name in names.Select(PersonalNumbers.Visible))
        {
            Add(name, Shortest);
            foreach (var part in name.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            {
                // "Roe" alone is said as often as "Jane Roe"; "de" is said of everything
                Add(part, Shortest + 1);
            }
        }

        _mostWords = _known.Count == 0 ? 0 : _known.Max(name => name.Count(letter => letter == ' ') + 1);
    }

    public int Count => _known.Count;

    public string Mask(string text)
    {
        if (_known.Count == 0)
        {
            return text;
        }

        var (words, joined) = Words(text);
        var known = _known.GetAlternateLookup<ReadOnlySpan<char>>();
        var (masked, done) = (new StringBuilder(text.Length), 0);
        for (var at = 0; at < words.Count; at++)
        {
            // the longest first: "Jane Roe" before "Jane"
            var last = Math.Min(at + _mostWords, words.Count) - 1;
            while (last >= at && !known.Contains(joined.AsSpan(words[at].Joined, words[last].Joined + words[last].Length - words[at].Joined)))
            {
                last--;
            }

            if (last >= at)
            {
                masked.Append(text, done, words[at].Start - done).Append("[name]");
                done = words[last].Start + words[last].Length;
                at = last;
            }
        }

        return done == 0 ? text : masked.Append(text, done, text.Length - done).ToString();
    }

    private void Add(string name, int shortest)
    {
        var (words, joined) = Words(name);
        if (words.Count is > 0 and <= MostWords && joined.Length >= shortest)
        {
            _known.Add(joined);
        }
    }

    // letters, digits and the marks on them; whatever stands between two of them, a name may have there: O'Brien, O’Brien
    private static (List<(int Start, int Length, int Joined)> Words, string Joined) Words(string text)
    {
        var (words, joined, start) = (new List<(int, int, int)>(), new StringBuilder(text.Length), -1);
        for (var at = 0; at <= text.Length;)
        {
            var isEnd = Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out var length) != System.Buffers.OperationStatus.Done || !IsPart(rune);
            if (!isEnd && start < 0)
            {
                start = at;
            }
            else if (isEnd && start >= 0)
            {
                joined.Append(joined.Length > 0 ? " " : "");
                words.Add((start, at - start, joined.Length));
                joined.Append(text, start, at - start);
                start = -1;
            }

            at += Math.Max(length, 1);
        }

        return (words, joined.ToString());
    }

    private static bool IsPart(Rune rune) => Rune.IsLetterOrDigit(rune)
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber;
}
