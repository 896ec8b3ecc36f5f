namespace Lakehouse.Gateway.Knowledge.Retrieval;

/// <summary>Reciprocal rank fusion: rankings that cannot be compared by their numbers are by their ranks (Cormack et al., 2009).</summary>
internal static class RankFusion
{
    /// <summary>From the paper: how little the first ranks outweigh the next.</summary>
    public const int K = 60;

    /// <returns>Of each id the sum of 1 ÷ (60 + its rank from 1) over the rankings that have it.</returns>
    public static IReadOnlyDictionary<string, double> Fuse(IEnumerable<IReadOnlyList<string>> rankings)
    {
        var fused = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var ranking in rankings)
        {
            for (var at = 0; at < ranking.Count; at++)
            {
                fused[ranking[at]] = fused.GetValueOrDefault(ranking[at]) + (1.0 / (K + at + 1));
            }
        }

        return fused;
    }
}
