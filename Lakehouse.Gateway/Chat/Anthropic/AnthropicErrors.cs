using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;

namespace Lakehouse.Gateway.Chat.Anthropic;

/// <summary>Anthropic's error object. Source: https://platform.claude.com/docs/en/api/errors.</summary>
internal static class AnthropicErrors
{
    /// <summary>Our stable code and the field at fault are in <c>details</c>, where Anthropic's clients look for an <c>error_code</c>.</summary>
    public static JsonObject Body(ApiError error, string? requestId)
    {
        var details = new JsonObject { ["error_code"] = error.Code };
        if (error.Param is { } param)
        {
            details["param"] = param;
        }

        return new()
        {
            ["type"] = "error",
            ["error"] = new JsonObject { ["type"] = Type(error.Status), ["message"] = error.Message, ["details"] = details },
            ["request_id"] = requestId,
        };
    }

    public static JsonObject Body(HttpContext context, ApiError error) => Body(error, context.TraceIdentifier);

    /// <summary>Where both clients call: Anthropic's object for one that names its version, else OpenAI's.</summary>
    public static JsonObject Either(HttpContext context, ApiError error) => AnthropicVersion.IsNamed(context.Request) ? Body(context, error) : ErrorWriter.Body(error);

    private static string Type(int status) => status switch
    {
        401 => "authentication_error",
        402 => "billing_error",
        403 => "permission_error",
        404 => "not_found_error",
        413 => "request_too_large",
        429 => "rate_limit_error",
        503 or 529 => "overloaded_error",
        504 => "timeout_error",
        >= 500 => "api_error",
        _ => "invalid_request_error",
    };
}
