using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;

namespace Lakehouse.Gateway.Providers.Gemini;

/// <summary>The fields below the request's top level: what is neither mapped nor left out is refused by its name.</summary>
internal static class GeminiFields
{
    /// <summary>Of an assistant's message: what describes another vendor's reply, whose text is in the message too. Of everything: marks
    /// for a cache, which Gemini keeps by itself, and how a tool's arguments are streamed.</summary>
    private static readonly string[] LeftOut = ["cache_control", "annotations", "anthropic_content", "reasoning_details", "eager_input_streaming"];

    public static void Refuse(JsonObject node, string at, params ReadOnlySpan<string> mapped)
    {
        foreach (var (name, value) in node)
        {
            if (!mapped.Contains(name) && !LeftOut.Contains(name) && value is not (null or JsonObject { Count: 0 } or JsonArray { Count: 0 }))
            {
                throw ApiError.BadInput($"{at}.{name}", $"{at}.{name} is {value.Short()}, which Gemini cannot express; leave it out or choose another provider.");
            }
        }
    }
}
