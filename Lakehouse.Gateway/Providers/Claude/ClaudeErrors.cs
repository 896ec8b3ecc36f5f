using System.Net;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Providers.Upstream;

namespace Lakehouse.Gateway.Providers.Claude;

/// <summary>What Anthropic's error object means, with a status or in the middle of a stream.
/// Source: https://platform.claude.com/docs/en/api/errors.</summary>
internal static class ClaudeErrors
{
    public static (ProviderFailure Failure, string Message) Refusal(HttpStatusCode status, JsonObject? json, string text)
    {
        var (failure, message) = Read(json);
        return (failure ?? UpstreamRefusal.ByStatus(status), message ?? text);
    }

    /// <summary>An error inside a 200.</summary>
    public static ProviderException InReply(JsonObject reply, string? apiKey)
    {
        var (failure, message) = Read(reply);
        return new(failure ?? ProviderFailure.Unavailable, Redaction.Clean($"Claude broke off: {message ?? reply.ToJsonString()}", apiKey));
    }

    private static (ProviderFailure? Failure, string? Message) Read(JsonObject? json)
    {
        var error = json?["error"] as JsonObject;
        var message = error.Text("message");
        ProviderFailure? failure = error.Text("type") switch
        {
            "overloaded_error" or "api_error" or "timeout_error" => ProviderFailure.Unavailable,
            "rate_limit_error" => ProviderFailure.RateLimited,
            "authentication_error" or "permission_error" => ProviderFailure.Auth,
            "billing_error" => ProviderFailure.Quota,
            "not_found_error" => ProviderFailure.ModelNotFound,
            "invalid_request_error" when IsAboutMoney(message) => ProviderFailure.Quota,
            "invalid_request_error" or "request_too_large" => ProviderFailure.InvalidRequest,
            _ => null,
        };
        return (failure, message);
    }

    // an empty account and a spend limit that was reached are 400s too, and only their text says so
    private static bool IsAboutMoney(string? message) =>
        message is not null && (message.Contains("credit balance is too low", StringComparison.OrdinalIgnoreCase) || message.Contains("usage limits", StringComparison.OrdinalIgnoreCase));
}
