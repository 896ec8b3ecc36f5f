namespace Lakehouse.Gateway.Knowledge.Retrieval;

/// <summary>A memory that may be an answer, with all that speaks for it.</summary>
internal sealed class Candidate
{
    public required string Id { get; init; }

    public required IReadOnlySet<string> Lexemes { get; init; }

    /// <summary>Facts of the question that its attributes have, too.</summary>
    public int Facts { get; init; }

    /// <summary>Words of the question that are misspelt in it, or in the question, with how much alike they are.</summary>
    public Dictionary<string, double> Alike { get; } = new(StringComparer.Ordinal);

    public int Words { get; set; }

    public double WordShare { get; set; }

    public double FactShare { get; set; }

    /// <summary>Cosine; null = it has no vector, or nobody asked.</summary>
    public double? Similarity { get; set; }

    /// <summary>0 to 1.</summary>
    public double Relevance { get; set; }
}
