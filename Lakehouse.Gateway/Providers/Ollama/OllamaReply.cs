using System.Text.Json;
using System.Text.Json.Nodes;

namespace Lakehouse.Gateway.Providers.Ollama;

/// <summary>Ollama's reply, and each line of its stream, in the gateway's terms.</summary>
internal static class OllamaReply
{
    /// <exception cref="ProviderException">Not JSON, or what <see cref="Check"/> refuses.</exception>
    public static JsonObject Parse(string text, string? apiKey)
    {
        JsonObject? reply;
        try
        {
            reply = JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException problem)
        {
            throw new ProviderException(ProviderFailure.Protocol, "The model's reply is not JSON.", inner: problem);
        }

        return Check(reply ?? throw new ProviderException(ProviderFailure.Protocol, "The model's reply is no JSON object."), apiKey);
    }

    /// <exception cref="ProviderException">An error inside a 200, or not a reply at all.</exception>
    public static JsonObject Check(JsonObject reply, string? apiKey)
    {
        if (reply["error"] is { } error)
        {
            throw new ProviderException(ProviderFailure.Unavailable, Redaction.Clean(error.ToString(), apiKey));
        }

        return reply["message"] is JsonObject or null ? reply : throw new ProviderException(ProviderFailure.Protocol, "The model's reply has no message.");
    }

    public static bool IsDone(JsonObject reply) => reply["done"] is JsonValue done && done.TryGetValue(out bool yes) && yes;

    public static ModelReply Whole(JsonObject reply, string model)
    {
        var message = reply["message"] as JsonObject ?? throw new ProviderException(ProviderFailure.Protocol, "The model's reply has no message.");
        var calls = ToolCalls(message, 0);
        var mapped = new JsonObject { ["role"] = "assistant", ["content"] = Text(message, "content") ?? (calls is null ? "" : null) };
        foreach (var (name, value) in ModelChunk.DeltaOf(reasoning: Text(message, "thinking"), toolCalls: calls) ?? [])
        {
            mapped[name] = value?.DeepClone();
        }

        return new(Text(reply, "model") ?? model, mapped, FinishReason(reply, calls is not null), Usage(reply));
    }

    public static ModelChunk Chunk(JsonObject line, ref int toolCalls)
    {
        var message = line["message"] as JsonObject ?? [];
        var calls = ToolCalls(message, toolCalls);
        toolCalls += calls?.Count ?? 0;
        var done = IsDone(line);
        return new(ModelChunk.DeltaOf(Text(message, "content"), Text(message, "thinking"), calls), done ? FinishReason(line, toolCalls > 0) : null, Text(line, "model"), done ? Usage(line) : null);
    }

    private static string FinishReason(JsonObject reply, bool calledTools) => (Text(reply, "done_reason"), calledTools) switch
    {
        ("length", _) => "length",
        (_, true) => "tool_calls",
        _ => "stop",
    };

    // a prompt that was wholly in the cache is not counted: absent is unknown, and so is zero
    private static ModelUsage Usage(JsonObject reply) => new(Count(reply, "prompt_eval_count"), Count(reply, "eval_count"));

    private static long? Count(JsonObject reply, string name) => reply[name] is JsonValue value && value.TryGetValue(out long count) && count > 0 ? count : null;

    private static string? Text(JsonObject node, string name) => node[name] is JsonValue value && value.TryGetValue(out string? text) && text.Length > 0 ? text : null;

    private static JsonArray? ToolCalls(JsonObject message, int from)
    {
        if (message["tool_calls"] is not JsonArray { Count: > 0 } calls)
        {
            return null;
        }

        var mapped = new JsonArray();
        foreach (var call in calls)
        {
            var index = from + mapped.Count;
            mapped.Add((JsonNode)new JsonObject
            {
                ["index"] = index,
                ["id"] = call?["id"]?.ToString() ?? $"call_{Guid.NewGuid():N}",
                ["type"] = "function",
                ["function"] = new JsonObject
                {
                    ["name"] = call?["function"]?["name"]?.ToString() ?? throw new ProviderException(ProviderFailure.Protocol, "The model called a tool without naming it."),
                    ["arguments"] = call["function"]!["arguments"]?.ToJsonString() ?? "{}",
                },
            });
        }

        return mapped;
    }
}
