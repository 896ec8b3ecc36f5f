using System.Net;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Providers.Upstream;

namespace Lakehouse.Gateway.Providers.Ollama;

/// <summary>Ollama's errors: a status and <c>{"error": "…"}</c>, or such a line inside of a stream. They have no codes.</summary>
internal static class OllamaError
{
    public static (ProviderFailure Failure, string Message) Refusal(HttpStatusCode status, JsonObject? json, string text)
    {
        var message = (json?["error"] as JsonValue)?.ToString() ?? text;
        return (status == HttpStatusCode.TooManyRequests && IsUsageLimit(message) ? ProviderFailure.Quota : UpstreamRefusal.ByStatus(status), message);
    }

    /// <summary>Of an error without a status.</summary>
    public static ProviderFailure Of(string message) => IsUsageLimit(message) ? ProviderFailure.Quota : ProviderFailure.Unavailable;

    // the cloud's hourly and weekly limits, which no short wait lifts
    private static bool IsUsageLimit(string message) => message.Contains("usage limit", StringComparison.OrdinalIgnoreCase);
}
