using System.Text.Json;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;

namespace Lakehouse.Gateway.Providers;

/// <summary>
/// <c>is_error</c> of a tool's result: Anthropic's field, which stays on the message. Where a vendor has no such field, the model reads it
/// in the text: whether a tool failed changes what it does next.
/// </summary>
internal static class ToolFailure
{
    public const string Field = "is_error";

    /// <summary>Stands before the result.</summary>
    public const string Words = "Error: the tool failed.\n";

    /// <exception cref="ApiError">400: it is neither true nor false.</exception>
    public static bool Is(JsonObject message, string at) => message[Field]?.GetValueKind() switch
    {
        null or JsonValueKind.Null or JsonValueKind.False => false,
        JsonValueKind.True => true,
        _ => throw ApiError.BadInput($"{at}.{Field}", $"{at}.{Field} is {message[Field]!.ToJsonString()}; accepted are true and false."),
    };
}
