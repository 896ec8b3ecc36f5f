namespace Lakehouse.Gateway.Knowledge.Retrieval;

/// <summary>
/// How much of what was asked a text has, by words, where rare words tell more than common ones. Ranks alone would call the
/// best of the unfit a good answer.
/// </summary>
/// <param name="asked">The lexemes of the question.</param>
/// <param name="texts">The lexemes of every text that has any of them.</param>
internal sealed class WordRelevance(IReadOnlySet<string> asked, IReadOnlyCollection<IReadOnlySet<string>> texts)
{
    /// <summary>A long question is about many things: a text that is all said in it is to the point, from so many words on.</summary>
    private const int LeastOfText = 3;
    private readonly Dictionary<string, double> _weights = asked.ToDictionary(word => word, word => Math.Log(1 + ((texts.Count + 1) / (0.5 + texts.Count(text => text.Contains(word))))));

    /// <param name="alike">Lexemes of the question that stand misspelt in the text, with how much alike they are.</param>
    /// <returns>0 to 1, and how many words of the question it has.</returns>
    public (double Share, int Words) Of(IReadOnlySet<string> text, IReadOnlyDictionary<string, double>? alike = null)
    {
        var (found, all, words) = (0.0, 0.0, 0);
        foreach (var (word, weight) in _weights)
        {
            var part = text.Contains(word) ? 1 : alike?.GetValueOrDefault(word) ?? 0;
            all += weight;
            found += part * weight;
            words += part > 0 ? 1 : 0;
        }

        var ofQuestion = all > 0 ? found / all : 0;
        var ofText = words >= LeastOfText ? (double)words / text.Count : 0;
        return (Math.Clamp(Math.Max(ofQuestion, ofText), 0, 1), words);
    }
}
