using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Providers.Claude;

namespace Lakehouse.Gateway.Chat.Anthropic;

/// <summary>The version of the API that a caller speaks, and the headers that are part of it. A caller without the header is
/// answered as the older version. Source: https://platform.claude.com/docs/en/api/migration-2026-10-21.</summary>
internal static class AnthropicVersion
{
    public const string Y2023 = "2023-06-01";

    /// <summary>Without temperature, top_p and top_k; no documents in assistant messages, no citations in user messages.</summary>
    public const string Y2026 = "2026-10-21";

    public static string Of(IHeaderDictionary headers) => headers[ClaudeCalls.VersionHeader].ToString() switch
    {
        "" => Y2023,
        Y2023 or Y2026 => headers[ClaudeCalls.VersionHeader].ToString(),
        var other => throw ApiError.BadInput(ClaudeCalls.VersionHeader, $"The header anthropic-version is '{other}'; accepted are {Y2023} and {Y2026}."),
    };

    public static bool IsNamed(HttpRequest request) => request.Headers.ContainsKey(ClaudeCalls.VersionHeader);

    public static Dictionary<string, string> Headers(IHeaderDictionary headers) =>
        new[] { ClaudeCalls.VersionHeader, ClaudeCalls.BetaHeader }.Where(headers.ContainsKey).ToDictionary(name => name, name => headers[name].ToString(), StringComparer.OrdinalIgnoreCase);
}
