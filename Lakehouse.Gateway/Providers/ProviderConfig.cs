namespace Lakehouse.Gateway.Providers;

/// <summary>One vendor as configured. Immutable; a request keeps the one that it began with.</summary>
internal sealed record ProviderConfig(string Name, Uri BaseUrl, bool Paid, string? ApiKey, IReadOnlyDictionary<string, ModelPrice> Prices);

/// <summary>What a token costs, in nano-USD.</summary>
internal sealed record ModelPrice(long InputNanoUsdPerToken, long OutputNanoUsdPerToken, string SourceUrl, string AsOf)
{
    public long Cost(long inputTokens, long outputTokens) => checked((inputTokens * InputNanoUsdPerToken) + (outputTokens * OutputNanoUsdPerToken));
}
