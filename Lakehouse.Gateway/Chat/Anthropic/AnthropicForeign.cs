using System.Text;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Providers.Claude;

namespace Lakehouse.Gateway.Chat.Anthropic;

/// <summary>
/// Another vendor's reasoning in a block of Anthropic's. Whose it is stands with its signature in the block's own <c>signature</c> or
/// <c>data</c>, which clients send back as they came: back at that vendor it is what it was, and Claude, which refuses other signatures than
/// its own, does not get it.
/// </summary>
internal static class AnthropicForeign
{
    // a colon is no base64: nothing of Claude's begins so
    private const string Mark = "lakehouse-v1:";

    /// <returns>Null where it is Claude's, or written by a caller.</returns>
    public static string? Seal(JsonNode? detail) => detail.Text("format") is null or ClaudeReasoning.Format
        ? null
        : Mark + Convert.ToBase64String(Encoding.UTF8.GetBytes(detail!.AsObject().Without("text", "summary").ToJsonString()));

    public static bool IsSealed(string? opaque) => opaque?.StartsWith(Mark, StringComparison.Ordinal) == true;

    /// <param name="text">Of a thinking block.</param>
    /// <returns>Null where it is not sealed.</returns>
    public static JsonObject? Open(string? opaque, string? text, string at)
    {
        if (!IsSealed(opaque))
        {
            return null;
        }

        try
        {
            var detail = RequestBody.Parse(Convert.FromBase64String(opaque![Mark.Length..]), checksTexts: true);
            if (text is not null)
            {
                detail[detail.Text("type") == "reasoning.summary" ? "summary" : "text"] = text;
            }

            return detail;
        }
        catch (Exception problem) when (problem is FormatException or ApiError)
        {
            throw AnthropicFault.Of(at, opaque, "what the gateway gave, unchanged");
        }
    }
}
