using System.Text;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Chat;
using Lakehouse.Gateway.Chat.Anthropic;
using Lakehouse.Gateway.Keys;
using Lakehouse.Gateway.Providers;
using Lakehouse.Gateway.Tests.Providers.Claude;
using Lakehouse.Gateway.Usage;
using Microsoft.AspNetCore.Http;

namespace Lakehouse.Gateway.Tests.Chat.Anthropic;

internal static class AnthropicCalls
{
    private static readonly ChatJob Job = new(
        "req_0192f", ChatJob.Chat, new("bot", null, KeyScopes.Ordinary), Request: null!, AnthropicShape.Instance, Native: null, Require: null, Route: null!,
        InputBound: 0, InputGuess: 0, DateTimeOffset.UnixEpoch, TraceId: null);

    public static readonly ChatCall Call = new(
        Job, 1, Target: null!, new(ClaudeDriver.Call(ClaudeDriver.Anywhere), new Uri("https://api.anthropic.com"), []), Adapter: null!, Price: null);

    public static readonly UsageRecord Used = new()
    {
        AttemptId = "req_0192f.1", RequestId = "req_0192f", Day = "20261122", StartedAt = DateTimeOffset.UnixEpoch, Consumer = "bot", Provider = "claude", Model = "m", Outcome = UsageRecord.Ok,
        PromptTokens = 3120, CompletionTokens = 15, CachedTokens = 3000, CacheWriteTokens = 100, ReasoningTokens = 4,
    };

    public static AnthropicRequest Parse(string body, string? version = "2023-06-01", bool counting = false)
    {
        var headers = new HeaderDictionary();
        if (version is not null)
        {
            headers["anthropic-version"] = version;
        }

        return AnthropicRequest.Parse(JsonNode.Parse(body)!.AsObject(), headers, counting);
    }

    /// <summary>Puts events together as Anthropic's clients do, and checks that they come in the order that those expect.</summary>
    public static JsonObject Assembled(IEnumerable<ServerEvent> events)
    {
        JsonObject? message = null;
        var (open, json) = ((JsonObject?)null, new StringBuilder());
        foreach (var (name, data) in events.Select(received => (received.Name, received.Data!)))
        {
            Assert.Equal(name, data["type"]!.ToString());
            switch (name)
            {
                case "message_start":
                    Assert.Null(message);
                    message = data["message"]!.DeepClone().AsObject();
                    break;
                case "content_block_start":
                    Assert.Null(open);
                    var content = message!["content"]!.AsArray();
                    Assert.Equal(content.Count, data["index"]!.GetValue<int>());
                    content.Add((JsonNode)(open = data["content_block"]!.DeepClone().AsObject()));
                    json.Clear();
                    break;
                case "content_block_delta":
                    Assert.Equal(message!["content"]!.AsArray().Count - 1, data["index"]!.GetValue<int>());
                    Grow(open!, data["delta"]!, json);
                    break;
                case "content_block_stop":
                    Assert.Equal(message!["content"]!.AsArray().Count - 1, data["index"]!.GetValue<int>());
                    if (json.Length > 0)
                    {
                        open!["input"] = JsonNode.Parse(json.ToString());
                    }

                    open = null;
                    break;
                case "message_delta":
                    Assert.Null(open);
                    foreach (var (field, value) in data["delta"]!.AsObject())
                    {
                        message![field] = value?.DeepClone();
                    }

                    message!["usage"] = data["usage"]!.DeepClone();
                    break;
                case "message_stop":
                    return message!;
                default:
                    Assert.Fail($"An event {name} that no client knows.");
                    break;
            }
        }

        throw new InvalidOperationException("No message_stop.");
    }

    private static void Grow(JsonObject block, JsonNode delta, StringBuilder json)
    {
        switch (delta["type"]!.ToString())
        {
            case "text_delta":
                block["text"] = $"{block["text"]}{delta["text"]}";
                break;
            case "thinking_delta":
                block["thinking"] = $"{block["thinking"]}{delta["thinking"]}";
                break;
            case "signature_delta":
                block["signature"] = delta["signature"]!.DeepClone();
                break;
            case "input_json_delta":
                json.Append(delta["partial_json"]);
                break;
            case var other:
                Assert.Fail($"A delta {other} that no client knows.");
                break;
        }
    }
}
