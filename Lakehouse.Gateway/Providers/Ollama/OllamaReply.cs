using System.Text.Json.Nodes;
using Lakehouse.Gateway.Providers.Upstream;

namespace Lakehouse.Gateway.Providers.Ollama;

/// <summary>Ollama's reply, and each line of its stream, in the gateway's terms. Its parts are moved and not copied.</summary>
internal static class OllamaReply
{
    private static readonly string[] Mapped = ["model", "created_at", "message", "done", "done_reason", "prompt_eval_count", "eval_count", "logprobs"];

    /// <exception cref="ProviderException">An error inside a 200.</exception>
    public static JsonObject Check(JsonObject reply, UpstreamCall call) => reply["error"] is not { } error
        ? reply
        : throw new ProviderException(OllamaError.Of(error.ToString()), call.Clean($"{call.Vendor} failed in its reply: {error}"));

    public static bool IsDone(JsonObject reply) => reply.IsTrue("done");

    public static ModelReply Whole(JsonObject reply, string asked)
    {
        var message = Message(reply) ?? throw new ProviderException(ProviderFailure.Protocol, "The model's reply has no message.");
        var calls = OllamaToolCalls.Of(message, null);
        var mapped = new JsonObject { ["role"] = "assistant", ["content"] = message.Text("content") ?? (calls is null ? "" : null) };
        Add(mapped, message, calls);
        var (finish, extra) = End(reply, calls is not null);
        return new(reply.Text("model") ?? asked, mapped, finish, Usage(reply), Logprobs(reply), extra);
    }

    public static ModelChunk Chunk(JsonObject line, ref int toolCalls)
    {
        var message = Message(line) ?? [];
        var calls = OllamaToolCalls.Of(message, toolCalls);
        toolCalls += calls?.Count ?? 0;
        var delta = new JsonObject();
        if (message.Text("content") is { } content)
        {
            delta["content"] = content;
        }

        Add(delta, message, calls);
        var chunk = new ModelChunk(delta.Count > 0 ? delta : null, Model: line.Text("model"), Logprobs: Logprobs(line));
        if (!IsDone(line))
        {
            return chunk;
        }

        var usage = Usage(line);
        var (finish, extra) = End(line, toolCalls > 0);
        return chunk with { FinishReason = finish, Usage = usage, Extra = extra };
    }

    private static JsonObject? Message(JsonObject reply) => reply["message"] is JsonObject or null
        ? (JsonObject?)reply["message"]
        : throw new ProviderException(ProviderFailure.Protocol, "The model's reply has no message.");

    private static void Add(JsonObject target, JsonObject message, JsonArray? calls)
    {
        if (message.Text("thinking") is { } thinking)
        {
            target["reasoning_content"] = thinking;
        }

        if (calls is not null)
        {
            target["tool_calls"] = calls;
        }

        if (message["images"] is JsonArray { Count: > 0 })
        {
            target["images"] = message.Take("images");
        }
    }

    private static (string Finish, JsonObject? Extra) End(JsonObject reply, bool calledTools)
    {
        var reason = reply.Text("done_reason");
        var extra = new JsonObject();
        if (reason is not (null or "stop" or "length"))
        {
            // load and unload answer a request that had nothing to say
            extra["native_finish_reason"] = reason;
        }

        foreach (var name in reply.Select(field => field.Key).Except(Mapped).ToArray())
        {
            extra[name] = reply.Take(name);
        }

        return (reason is "length" ? "length" : calledTools ? "tool_calls" : "stop", extra.Count > 0 ? extra : null);
    }

    // OpenAI has the tokens of the content below "content"; their fields are the same
    private static JsonObject? Logprobs(JsonObject reply) => reply["logprobs"] is JsonArray { Count: > 0 } ? new JsonObject { ["content"] = reply.Take("logprobs"), ["refusal"] = null } : null;

    // a prompt that was wholly in the cache is not counted: absent is unknown, and so is zero
    private static ModelUsage Usage(JsonObject reply) => new(reply.Positive("prompt_eval_count"), reply.Positive("eval_count"));
}
