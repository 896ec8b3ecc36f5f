using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Providers.Upstream;

namespace Lakehouse.Gateway.Providers.OpenAi;

/// <summary>OpenAI's error object, as the body of a refusal and inside of a reply.
/// Sources: https://platform.openai.com/docs/guides/error-codes, https://openrouter.ai/docs/api-reference/errors.</summary>
internal static class OpenAiError
{
    public static (ProviderFailure Failure, string Message) Refusal(HttpStatusCode status, JsonObject? json, string text)
    {
        var error = json?["error"] as JsonObject ?? json;
        return (Failure(error, status), Message(json?["error"] ?? json) ?? text);
    }

    /// <exception cref="ProviderException">A 200 that is an error, or has one in its choice.</exception>
    public static void ThrowIfAny(JsonObject reply, UpstreamCall call)
    {
        var error = reply["error"] ?? ((reply["choices"] as JsonArray) is { Count: > 0 } choices ? (choices[0] as JsonObject)?["error"] : null)
            ?? (reply.Text("object") is "error" ? reply : null);
        if (error is null || (error is JsonValue && error.ToString() is "" or "false"))
        {
            return;
        }

        var message = Message(error) ?? "it gave no reason";
        throw new ProviderException(Failure(error as JsonObject, null), call.Clean($"{call.Vendor} failed in its reply: {message}."));
    }

    private static ProviderFailure Failure(JsonObject? error, HttpStatusCode? status)
    {
        if (error is null)
        {
            return status is { } bare ? UpstreamRefusal.ByStatus(bare) : ProviderFailure.Unavailable;
        }

        if (error.Object("metadata") is { } metadata && (metadata["flagged_input"] is not null || metadata["reasons"] is JsonArray { Count: > 0 }))
        {
            // OpenRouter's moderation comes as 403
            return ProviderFailure.ContentFiltered;
        }

        return ByName(error.Text("code")) ?? (error.Object("innererror") is { } inner ? ByName(inner.Text("code")) : null) ?? ByName(error.Text("type"))
            ?? ((status ?? Status(error)) is { } number ? UpstreamRefusal.ByStatus(number) : ByFamily(error.Text("type")));
    }

    private static ProviderFailure? ByName(string? code) => code?.ToLowerInvariant() switch
    {
        "insufficient_quota" or "billing_hard_limit_reached" or "billing_not_active" or "insufficient_credits" => ProviderFailure.Quota,
        "rate_limit_exceeded" or "rate_limit_error" or "too_many_requests" or "tokens" or "requests" => ProviderFailure.RateLimited,
        "model_not_found" or "deploymentnotfound" => ProviderFailure.ModelNotFound,
        "content_filter" or "content_policy_violation" or "responsibleaipolicyviolation" or "moderation_blocked" or "data_inspection_failed" => ProviderFailure.ContentFiltered,
        "invalid_api_key" or "account_deactivated" or "authentication_error" => ProviderFailure.Auth,
        "context_length_exceeded" or "string_above_max_length" or "unsupported_parameter" or "unsupported_value" => ProviderFailure.InvalidRequest,
        "server_error" or "internal_server_error" or "service_unavailable" or "overloaded_error" or "engine_overloaded" => ProviderFailure.Unavailable,
        _ => null,
    };

    private static ProviderFailure ByFamily(string? type) => type switch
    {
        "invalid_request_error" or "BadRequestError" => ProviderFailure.InvalidRequest,
        "permission_error" => ProviderFailure.Auth,
        _ => ProviderFailure.Unavailable,
    };

    // OpenRouter's code is the status; others write it as a text
    private static HttpStatusCode? Status(JsonObject error)
    {
        var status = error.Count("code") ?? error.Count("status")
            ?? (long.TryParse(error.Text("code"), NumberStyles.None, CultureInfo.InvariantCulture, out var written) ? written : null);
        return status is >= 400 and < 600 ? (HttpStatusCode)status : null;
    }

    private static string? Message(JsonNode? error)
    {
        if (error is not JsonObject fields)
        {
            return error is JsonValue value ? value.ToString() : null;
        }

        var message = fields.Text("message") ?? fields.Text("detail") ?? fields.Text("code");
        // behind "Provider returned error", what that provider said
        return fields.Object("metadata")?.Text("raw") is { } raw ? $"{message} ({raw})" : message;
    }
}
