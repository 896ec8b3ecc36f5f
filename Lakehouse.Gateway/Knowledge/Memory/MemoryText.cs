using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Dapper;
using Npgsql;

namespace Lakehouse.Gateway.Knowledge.Memory;

/// <summary>
/// A text as it is compared: NFKC, lower case, one space for any white space, without invisible characters and without the
/// marks around it. Two texts with one norm say the same.
/// </summary>
/// <param name="Hash">SHA-256 of the whole.</param>
/// <param name="Sentences">The same of every sentence, in order.</param>
internal sealed partial record MemoryText(string Norm, byte[] Hash, IReadOnlyList<MemorySentence> Sentences)
{
    private static readonly char[] MarksBefore = [.. " \"'“”‘’«»`-*•>#(["];
    private static readonly char[] MarksAfter = [.. " \"'“”‘’«»`.!?…;,:)]"];

    /// <summary>All that must not be told back: the sentences and the whole.</summary>
    public byte[][] Hashes => [Hash, .. Sentences.Select(sentence => sentence.Hash)];

    public static async Task<MemoryText> OfAsync(string text, NpgsqlConnection connection, CancellationToken cancellationToken) => (await OfAsync([text], connection, cancellationToken))[0];

    public static async Task<IReadOnlyList<MemoryText>> OfAsync(IReadOnlyList<string> texts, NpgsqlConnection connection, CancellationToken cancellationToken) =>
        [.. (await ComposedAsync(texts, connection, cancellationToken)).Select(Of)];

    /// <summary>Whether the whole, or every sentence of it, is among what somebody else said.</summary>
    public bool IsSaidBy(IReadOnlyCollection<byte[]> hashes)
    {
        var said = hashes.Select(Convert.ToHexString).ToHashSet(StringComparer.Ordinal);
        return said.Contains(Convert.ToHexString(Hash)) || (Sentences.Count > 0 && Sentences.All(sentence => said.Contains(Convert.ToHexString(sentence.Hash))));
    }

    /// <param name="text">In NFKC.</param>
    public static MemoryText Of(string text)
    {
        var norm = NormOf(text);
        var sentences = SentenceEnd().Split(text).Select(NormOf).Where(sentence => sentence.Length > 0).Select(sentence => new MemorySentence(sentence, HashOf(sentence)));
        return new(norm, HashOf(norm), [.. sentences]);
    }

    // .NET without ICU composes nothing, and says nothing; Postgres has tables of its own
    private static async Task<IReadOnlyList<string>> ComposedAsync(IReadOnlyList<string> texts, NpgsqlConnection connection, CancellationToken cancellationToken) => texts.All(text => Ascii.IsValid(text))
        ? texts
        : (await connection.QueryAsync<string>(new CommandDefinition(
            "select normalize(said, NFKC) from unnest(@texts) with ordinality as given (said, place) order by place", new { texts = texts.ToArray() }, cancellationToken: cancellationToken))).AsList();

    private static string NormOf(string text)
    {
        var norm = new StringBuilder(text.Length);
        foreach (var letter in text)
        {
            if (char.IsWhiteSpace(letter) || char.IsControl(letter))
            {
                if (norm.Length > 0 && norm[^1] != ' ')
                {
                    norm.Append(' ');
                }
            }
            else if (char.GetUnicodeCategory(letter) != UnicodeCategory.Format)
            {
                norm.Append(char.ToLowerInvariant(letter));
            }
        }

        return norm.ToString().TrimStart(MarksBefore).TrimEnd(MarksAfter);
    }

    private static byte[] HashOf(string norm) => SHA256.HashData(Encoding.UTF8.GetBytes(norm));

    // a line, or a full stop that a space follows: 2.5 and e.g.-like dots inside of words are none
    [GeneratedRegex(@"(?<=[.!?…][""'”’)\]]*)\s+|[\r\n]+", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex SentenceEnd();
}

internal sealed record MemorySentence(string Norm, byte[] Hash)
{
    public int Words => Norm.Count(letter => letter == ' ') + 1;
}
