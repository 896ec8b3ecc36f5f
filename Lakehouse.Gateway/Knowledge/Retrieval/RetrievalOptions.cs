using System.ComponentModel.DataAnnotations;

namespace Lakehouse.Gateway.Knowledge.Retrieval;

/// <summary>Section <c>Retrieval</c>.</summary>
internal sealed class RetrievalOptions
{
    public const string Section = "Retrieval";

    /// <summary>What is less to the point than this, of 0 to 1, is not an answer.</summary>
    [Range(0.0, 1.0)]
    public double Floor { get; set; } = 0.3;

    /// <summary>Memories of one answer where the caller does not say.</summary>
    [Range(1, 50)]
    public int Limit { get; set; } = 10;

    /// <summary>An embedding model such as <c>ollama/nomic-embed-text</c>; null = words alone.</summary>
    public string? EmbeddingModel { get; set; }

    /// <summary>Whose budget pays for vectors.</summary>
    [RegularExpression("^[a-z][a-z0-9_-]{0,63}$")]
    public string EmbeddingConsumer { get; set; } = "memory";

    /// <summary>Cosine below which two vectors have nothing to do with each other: of the model's making.</summary>
    [Range(-1.0, 0.999)]
    public double MinSimilarity { get; set; } = 0.6;

    /// <summary>How long a search waits for the vector of its question, and a chat at most half of <c>Context:Patience</c>; then it goes by words.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How often memories without a vector are looked for.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "01:00:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan EmbedInterval { get; set; } = TimeSpan.FromSeconds(10);
}
