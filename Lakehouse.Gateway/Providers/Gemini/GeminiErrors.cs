using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Providers.Upstream;

namespace Lakehouse.Gateway.Providers.Gemini;

/// <summary>
/// Google's error object, as the body of a refusal, inside a list, or in the middle of a stream that began with 200.
/// Sources: https://ai.google.dev/gemini-api/docs/troubleshooting, https://cloud.google.com/apis/design/errors.
/// </summary>
internal static class GeminiErrors
{
    public static (ProviderFailure Failure, string Message) Refusal(HttpStatusCode status, JsonObject? json, string text)
    {
        var error = json.Object("error");
        return (Failure(error, status), error.Text("message") ?? text);
    }

    /// <summary>What stands in a stream: an object, or a list whose first object is an error.</summary>
    /// <exception cref="ProviderException">Neither.</exception>
    public static JsonObject Parse(ReadOnlySpan<byte> json) => FirstOf(json) ?? throw new ProviderException(ProviderFailure.Protocol, "Gemini's stream has an event that is no JSON object.");

    /// <exception cref="ProviderException">It is an error inside a 200.</exception>
    public static JsonObject Check(JsonObject reply, string? apiKey)
    {
        if (reply["error"] is not { } error)
        {
            return reply;
        }

        var status = (HttpStatusCode)(error.Count("code") ?? (long)HttpStatusCode.InternalServerError);
        throw new ProviderException(Failure(error as JsonObject, status), Redaction.Clean($"Gemini answered {(int)status}: {error.Text("message") ?? error.Short()}", apiKey), RetryAfter.Google(reply));
    }

    private static JsonObject? FirstOf(ReadOnlySpan<byte> json)
    {
        try
        {
            var node = JsonNode.Parse(json);
            return (node as JsonArray is { Count: > 0 } list ? list[0] : node) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static ProviderFailure Failure(JsonObject? error, HttpStatusCode status) => error.Text("status") switch
    {
        _ when error.Objects("details").Any(detail => detail.Text("reason") is "API_KEY_INVALID" or "API_KEY_EXPIRED") || IsBadKey(error.Text("message")) => ProviderFailure.Auth,
        // the account may not do this where it is, or has no billing: nothing that the caller's request could change
        "UNAUTHENTICATED" or "PERMISSION_DENIED" or "FAILED_PRECONDITION" => ProviderFailure.Auth,
        "RESOURCE_EXHAUSTED" => IsQuota(error!) ? ProviderFailure.Quota : ProviderFailure.RateLimited,
        "INVALID_ARGUMENT" or "OUT_OF_RANGE" or "UNIMPLEMENTED" => ProviderFailure.InvalidRequest,
        "NOT_FOUND" => ProviderFailure.ModelNotFound,
        "UNAVAILABLE" or "INTERNAL" or "UNKNOWN" or "DEADLINE_EXCEEDED" or "ABORTED" or "CANCELLED" or "DATA_LOSS" => ProviderFailure.Unavailable,
        _ => UpstreamRefusal.ByStatus(status),
    };

    private static bool IsBadKey(string? message) => message?.StartsWith("API key not valid", StringComparison.OrdinalIgnoreCase) == true || message?.StartsWith("API key expired", StringComparison.OrdinalIgnoreCase) == true;

    // a day's quota, or one of zero, is not over in a minute; RetryInfo names a minute all the same
    private static bool IsQuota(JsonObject error) => error.Objects("details").SelectMany(detail => detail.Objects("violations"))
        .Any(violation => violation.Text("quotaId")?.Contains("PerDay", StringComparison.Ordinal) == true || violation.Text("quotaValue") == "0");
}
