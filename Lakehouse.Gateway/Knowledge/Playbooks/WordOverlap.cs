namespace Lakehouse.Gateway.Knowledge.Playbooks;

/// <summary>How much of what two texts are about is the same: words that both have, of those that the shorter one has. 0 to 1, the same on every machine.</summary>
internal static class WordOverlap
{
    private static readonly HashSet<string> Empty = new(
        ["a", "an", "and", "are", "as", "at", "be", "but", "by", "can", "do", "for", "from", "has", "have", "how", "if", "in", "into", "is", "it", "its", "no", "not", "of", "on", "or", "our", "so", "that", "the", "their", "them", "then", "there", "these", "they", "this", "to", "was", "we", "were", "what", "when", "where", "which", "who", "will", "with", "you", "your"],
        StringComparer.Ordinal);

    public static double Of(IReadOnlySet<string> one, IReadOnlySet<string> other)
    {
        var (shorter, longer) = one.Count <= other.Count ? (one, other) : (other, one);
        return shorter.Count == 0 ? 0 : (double)shorter.Count(longer.Contains) / shorter.Count;
    }

    /// <returns>In small letters, without a plural's s and without words that say nothing.</returns>
    public static IReadOnlySet<string> Words(string text)
    {
        var words = new HashSet<string>(StringComparer.Ordinal);
        var rest = text.AsSpan();
        while (!rest.IsEmpty)
        {
            var end = 0;
            while (end < rest.Length && char.IsLetterOrDigit(rest[end]))
            {
                end++;
            }

            if (end > 1 && Single(rest[..end].ToString().ToLowerInvariant()) is var word && !Empty.Contains(word))
            {
                words.Add(word);
            }

            rest = rest[Math.Min(end + 1, rest.Length)..];
        }

        return words;
    }

    private static string Single(string word) => word is [.., not 's', 's'] && word.Length > 3 ? word[..^1] : word;
}
