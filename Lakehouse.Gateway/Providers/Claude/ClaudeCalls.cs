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

    /// <param name="native">A caller's own body goes out under the version and the betas that the caller wrote it for.</param>
    public static UpstreamCall To(ProviderConfig provider, Uri url, ReadOnlyMemory<byte> body, NativeRequest? native)
    {
        var headers = new List<(string Name, string Value)> { (VersionHeader, native?.Headers.GetValueOrDefault(VersionHeader) ?? Version) };
        if (native?.Headers.GetValueOrDefault(BetaHeader) is { } beta)
        {
            headers.Add((BetaHeader, beta));
        }

        if (provider.ApiKey is { } key)
        {
            headers.Add(("x-api-key", key));
        }

        return new(Vendor, url, body, provider.ApiKey, ClaudeErrors.Refusal, [.. headers]);
    }
}
