using System.Text.Json.Nodes;

namespace Lakehouse.Gateway.Providers.Gemini;

/// <summary>
/// Thought signatures, which Gemini wants back with the part that they came with. That of a call or an image travels in its
/// <c>extra_content.google.thought_signature</c> (Google's own OpenAI layer), those of texts and thoughts in the message's
/// <c>reasoning_details</c> (OpenRouter). Source: https://ai.google.dev/gemini-api/docs/thought-signatures.
/// </summary>
internal static class GeminiSignatures
{
    /// <summary>Documented for calls that Gemini did not make itself: another vendor's, or those of a client that loses fields it does not know.</summary>
    public const string Foreign = "skip_thought_signature_validator";

    private const string Format = "google-gemini-v1";

    public static string? Of(JsonObject? item) => item.Object("extra_content").Object("google").Text("thought_signature");

    public static JsonObject? Extra(string? signature) => signature is null ? null : new() { ["google"] = new JsonObject { ["thought_signature"] = signature } };

    public static JsonObject Signed(JsonObject part, string? signature)
    {
        if (signature is not null)
        {
            part["thoughtSignature"] = signature;
        }

        return part;
    }

    public static JsonObject TextDetail(string signature, int index) => new() { ["type"] = "reasoning.encrypted", ["data"] = signature, ["format"] = Format, ["index"] = index };

    public static JsonObject ThoughtDetail(string text, string signature, int index) =>
        new() { ["type"] = "reasoning.text", ["text"] = text, ["signature"] = signature, ["format"] = Format, ["index"] = index };

    public static IEnumerable<string> OfText(JsonObject message) => Details(message, "reasoning.encrypted").Select(detail => detail.Text("data")).OfType<string>();

    public static IEnumerable<JsonObject> Thoughts(JsonObject message) => Details(message, "reasoning.text");

    private static IEnumerable<JsonObject> Details(JsonObject message, string type) =>
        message.Objects("reasoning_details").Where(detail => detail.Text("type") == type && detail.Text("format") == Format);
}
