using System.Collections.Frozen;

namespace Lakehouse.Gateway.Providers;

/// <summary>One vendor as configured. Immutable; a request keeps the one that it began with.</summary>
/// <param name="Kind">Which adapter speaks to it: <see cref="IModelProvider.Kind"/>.</param>
/// <param name="BaseUrl">Without a trailing slash; it may have a path (<c>https://openrouter.ai/api/v1</c>).</param>
/// <param name="Paid">Whether its calls cost money. A paid provider is never called while the budget store is away.</param>
/// <param name="KeyVariable">The environment variable that should hold the key; null where none is needed.</param>
/// <param name="Models">What is known of single models, by the vendor's name of the model.</param>
internal sealed record ProviderConfig(
    string Name, string Kind, Uri BaseUrl, bool Paid, string? ApiKey, string? KeyVariable, FrozenDictionary<string, ModelConfig> Models)
{
    // a record shows all that it holds, and this one holds a key
    public override string ToString() => Name;

    /// <param name="path">Such as <c>/chat/completions</c>.</param>
    public Uri Url(string path) => new(BaseUrl.AbsoluteUri.TrimEnd('/') + path);
}

/// <summary>What is known of one model.</summary>
/// <param name="Prices">By the day from which each holds, latest first.</param>
/// <param name="ContextTokens">Context window; null = not known.</param>
/// <param name="MaxOutputTokens">The most that the model can answer; null = not known.</param>
/// <param name="Reasons">A reasoning model: it gets the long timeout, and answers nothing below 1,500 tokens.</param>
internal sealed record ModelConfig(string Name, IReadOnlyList<ModelPrice> Prices, long? ContextTokens = null, int? MaxOutputTokens = null, bool Reasons = false)
{
    public ModelPrice? PriceOn(DateOnly day) => Prices.FirstOrDefault(price => price.AsOf <= day);
}

/// <summary>What a token costs, in nano-USD.</summary>
/// <param name="CachedInput">Of a prompt token read from the cache.</param>
/// <param name="CacheWrite">Of a prompt token written to the cache.</param>
/// <param name="CacheWriteHour">Of one written to a cache that lives for an hour; null = as <paramref name="CacheWrite"/>.</param>
/// <param name="Long">Where longer prompts cost more; null = they do not.</param>
internal sealed record ModelPrice(long Input, long Output, long CachedInput, long CacheWrite, string SourceUrl, DateOnly AsOf, LongPromptPrice? Long = null, long? CacheWriteHour = null)
{
    /// <summary>The most that so many tokens can cost.</summary>
    public long Bound(long inputTokens, long outputTokens)
    {
        var (input, output, _, write, hour) = For(inputTokens);
        return checked((inputTokens * Math.Max(input, Math.Max(write, hour))) + (outputTokens * output));
    }

    public long Cost(ModelUsage usage, long promptTokens, long completionTokens) => Cost(promptTokens, completionTokens, usage.CachedTokens, usage.CacheWriteTokens, usage.CacheWriteHourTokens);

    /// <param name="hourTokens">Part of <paramref name="cacheWriteTokens"/>.</param>
    public long Cost(long promptTokens, long completionTokens, long cachedTokens, long cacheWriteTokens, long hourTokens = 0)
    {
        var (input, output, cached, write, hour) = For(promptTokens);
        return checked(((promptTokens - cachedTokens - cacheWriteTokens) * input) + (cachedTokens * cached) + ((cacheWriteTokens - hourTokens) * write) + (hourTokens * hour) + (completionTokens * output));
    }

    private (long Input, long Output, long CachedInput, long CacheWrite, long CacheWriteHour) For(long promptTokens) => Long is { } longer && promptTokens > longer.AboveTokens
        ? (longer.Input, longer.Output, longer.CachedInput, longer.CacheWrite, longer.CacheWriteHour ?? longer.CacheWrite)
        : (Input, Output, CachedInput, CacheWrite, CacheWriteHour ?? CacheWrite);
}

/// <summary>The prices of a whole call whose prompt has more tokens than a vendor's threshold. None is below the ordinary one.</summary>
/// <param name="AboveTokens">Cached tokens count too.</param>
/// <param name="CacheWriteHour">Null = as <paramref name="CacheWrite"/>.</param>
internal sealed record LongPromptPrice(long AboveTokens, long Input, long Output, long CachedInput, long CacheWrite, long? CacheWriteHour = null);
