using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;

namespace Lakehouse.Gateway.Providers.Gemini;

/// <summary>OpenAI's messages as Gemini's turns. Source: https://ai.google.dev/api/caching#Content.</summary>
/// <param name="MediaResolution">Where the images ask for one; Gemini has it per request.</param>
internal sealed record GeminiContents(JsonArray System, JsonArray Turns, string? MediaResolution)
{
    public static GeminiContents Build(JsonArray messages, string model)
    {
        var (system, turns, last) = (new JsonArray(), new JsonArray(), "");
        var (parts, results) = (new GeminiParts(), new GeminiToolResults(model));
        for (var index = 0; index < messages.Count; index++)
        {
            var (message, at) = (messages[index]!.AsObject(), $"messages[{index}]");
            var role = message["role"]!.ToString();
            RefuseUnknown(message, role, at);
            if (role is "system" or "developer")
            {
                Append(system, parts.TextOnly(message["content"], $"{at}.content"));
                continue;
            }

            // Gemini wants the results of parallel calls in one turn, and nothing else in it
            var turn = Turn(turns, role, merge: role == last);
            last = role;
            if (role == "tool")
            {
                results.Add(turn, message, at, parts);
                continue;
            }

            Append(turn, role == "assistant" ? GeminiAssistant.Parts(message, at, model, parts, results) : parts.Read(message["content"], $"{at}.content"));
        }

        return turns.Count > 0
            ? new(system, turns, parts.MediaResolution)
            : throw ApiError.BadInput("messages", "messages has system messages only; Gemini accepts a conversation with at least one other message.");
    }

    // a tool's name is known by the call
    private static void RefuseUnknown(JsonObject message, string role, string at)
    {
        switch (role)
        {
            case "tool":
                GeminiFields.Refuse(message, at, "role", "content", "tool_call_id", "name", "is_error");
                break;
            case "assistant":
                GeminiFields.Refuse(message, at, "role", "content", "refusal", "reasoning_content", "reasoning", "images", "tool_calls");
                break;
            default:
                GeminiFields.Refuse(message, at, "role", "content");
                break;
        }
    }

    private static JsonArray Turn(JsonArray turns, string role, bool merge)
    {
        if (merge)
        {
            return turns[^1]!["parts"]!.AsArray();
        }

        var parts = new JsonArray();
        turns.Add((JsonNode)new JsonObject { ["role"] = role == "assistant" ? "model" : "user", ["parts"] = parts });
        return parts;
    }

    private static void Append(JsonArray turn, IEnumerable<JsonObject> parts)
    {
        foreach (var part in parts)
        {
            turn.Add((JsonNode)part);
        }
    }
}
