using Lakehouse.Gateway.Providers.Upstream;

namespace Lakehouse.Gateway.Providers.Claude;

/// <summary>The headers of a call. Source: https://platform.claude.com/docs/en/api/versioning.</summary>
internal static class ClaudeCalls
{
    public const string VersionHeader = "anthropic-version";
    public const string BetaHeader = "anthropic-beta";

    // the version that still has temperature, top_p and top_k, which OpenAI's callers use
    private const string Version = "2023-06-01";
    private const string Vendor = "Claude";

    /// <param name="call">What an Anthropic client asked goes out under the version and the betas that it was written for.</param>
    public static UpstreamCall To(ProviderConfig provider, Uri url, ReadOnlyMemory<byte> body, ProviderCall? call = null)
    {
        var said = call?.Native is { Kind: ClaudeProvider.Protocol } native ? native.Headers : null;
        var headers = new List<(string Name, string Value)> { (VersionHeader, said?.GetValueOrDefault(VersionHeader) is { } version && !IsSampled(call!) ? version : Version) };
        if (said?.GetValueOrDefault(BetaHeader) is { } beta)
        {
            headers.Add((BetaHeader, beta));
        }

        if (provider.ApiKey is { } key)
        {
            headers.Add(("x-api-key", key));
        }

        return new(Vendor, url, body, provider.ApiKey, ClaudeErrors.Refusal, [.. headers]);
    }

    // a profile may have put in what the caller's version has no more
    private static bool IsSampled(ProviderCall call) =>
        call.Native!.Body is null && (call.Body["temperature"] is not null || call.Body["top_p"] is not null || call.Body["top_k"] is not null);
}
