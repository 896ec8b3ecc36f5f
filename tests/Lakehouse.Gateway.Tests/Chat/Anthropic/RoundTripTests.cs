using System.Text.Json.Nodes;
using CsCheck;
using Lakehouse.Gateway.Chat;
using Lakehouse.Gateway.Tests.Providers.Claude;

namespace Lakehouse.Gateway.Tests.Chat.Anthropic;

/// <summary>Anthropic's request in OpenAI's terms and back: what both can say comes through.</summary>
public sealed class RoundTripTests
{
    private static readonly Gen<string> Word = Gen.String[Gen.Char["abz \"\\\nüß😀"[..9]], 1, 12];

    private static readonly Gen<JsonObject> Text = Gen.Select(Word, Gen.Bool, (text, cached) => Cached(new() { ["type"] = "text", ["text"] = text }, cached));

    private static readonly Gen<JsonObject> Image = Gen.Select(Gen.Bool, Gen.Bool, (web, cached) => Cached(new()
    {
        ["type"] = "image",
        ["source"] = web ? new() { ["type"] = "url", ["url"] = "https://example.org/a.png" } : new JsonObject { ["type"] = "base64", ["media_type"] = "image/webp", ["data"] = "QUJD" },
    }, cached));

    private static readonly Gen<JsonObject> Document = Gen.Select(Gen.Int[0, 2], Word, Gen.Bool, (kind, text, titled) =>
    {
        var block = new JsonObject
        {
            ["type"] = "document",
            ["source"] = kind switch
            {
                0 => new() { ["type"] = "base64", ["media_type"] = "application/pdf", ["data"] = "JVBERg==" },
                1 => new() { ["type"] = "url", ["url"] = "https://example.org/a.pdf" },
                _ => new JsonObject { ["type"] = "text", ["media_type"] = "text/plain", ["data"] = text },
            },
        };
        if (titled)
        {
            block["title"] = text;
        }

        return block;
    });

    private static readonly Gen<JsonArray> User = Gen.OneOf(Text, Image, Document).Array[1, 4].Select(blocks => Array(blocks));

    private static readonly Gen<JsonArray> Assistant = Gen.Select(Gen.Int[0, 2], Text.Array[0, 3], Word, (thoughts, texts, word) => Array(
        [
            .. Enumerable.Range(0, thoughts).Select(index => index == 1 ? new JsonObject { ["type"] = "redacted_thinking", ["data"] = word } : new JsonObject { ["type"] = "thinking", ["thinking"] = word, ["signature"] = "c2ln" }),
            .. texts,
            .. texts.Length > 0 ? [] : new[] { new JsonObject { ["type"] = "text", ["text"] = word } },
        ]));

    private static readonly Gen<(JsonArray Calls, JsonArray Results)> Tools = Gen.Select(Gen.Int[1, 3], Word, Gen.Bool, Gen.OneOf(Text, Image).Array[1, 2], (count, word, failed, parts) =>
    {
        var ids = Enumerable.Range(0, count).Select(index => $"toolu_{index}").ToArray();
        return (
            Array(ids.Select(id => new JsonObject { ["type"] = "tool_use", ["id"] = id, ["name"] = "f", ["input"] = new JsonObject { ["text"] = word, ["n"] = 1.50m } })),
            Array(ids.Select((id, index) =>
            {
                var result = new JsonObject { ["type"] = "tool_result", ["tool_use_id"] = id, ["content"] = index == 0 ? word : Array(parts) };
                if (failed)
                {
                    result["is_error"] = true;
                }

                return result;
            })));
    });

    [Fact]
    public void Any_conversation_comes_through_whole() => Gen.Select(User, Assistant, Tools, User).Array[1, 3].Sample(turns =>
    {
        var messages = new JsonArray();
        foreach (var (user, assistant, (calls, results), more) in turns)
        {
            Add("user", user);
            Add("assistant", assistant, calls);
            Add("user", results, more);
            Add("assistant", assistant);
        }

        var original = new JsonObject { ["model"] = "claude-sonnet-4-5", ["max_tokens"] = 32_000, ["messages"] = messages };
        return JsonNode.DeepEquals(original, Rebuilt(original));

        void Add(string role, params JsonArray[] blocks) =>
            messages.Add((JsonNode)new JsonObject { ["role"] = role, ["content"] = Array(blocks.SelectMany(list => list.Select(block => block!.AsObject()))) });
    });

    [Theory]
    [InlineData("""{"system":"Be brief.","temperature":0.5,"top_p":0.9,"top_k":7}""")]
    [InlineData("""{"system":[{"type":"text","text":"Be brief.","cache_control":{"type":"ephemeral","ttl":"1h"}},{"type":"text","text":"Be kind."}]}""")]
    [InlineData("""{"stream":true,"stop_sequences":["END","STOP"],"metadata":{"user_id":"u-1"},"service_tier":"standard_only","cache_control":{"type":"ephemeral"}}""")]
    [InlineData("""{"service_tier":"auto"}""")]
    [InlineData("""{"tools":[{"name":"f","description":"does","input_schema":{"type":"object","properties":{"a":{"type":"string"}},"required":["a"]},"strict":true,"cache_control":{"type":"ephemeral"},"eager_input_streaming":true},{"name":"g","input_schema":{"type":"object"}}]}""")]
    [InlineData("""{"tools":[{"name":"f","input_schema":{"type":"object"}}],"tool_choice":{"type":"auto","disable_parallel_tool_use":true}}""")]
    [InlineData("""{"tools":[{"name":"f","input_schema":{"type":"object"}}],"tool_choice":{"type":"any"}}""")]
    [InlineData("""{"tools":[{"name":"f","input_schema":{"type":"object"}}],"tool_choice":{"type":"tool","name":"f","disable_parallel_tool_use":true}}""")]
    [InlineData("""{"tools":[{"name":"f","input_schema":{"type":"object"}}],"tool_choice":{"type":"none"}}""")]
    [InlineData("""{"thinking":{"type":"enabled","budget_tokens":1024}}""")]
    [InlineData("""{"thinking":{"type":"enabled","budget_tokens":10000}}""")]
    [InlineData("""{"thinking":{"type":"enabled","budget_tokens":16384},"max_tokens":64000}""")]
    [InlineData("""{"model":"claude-opus-4-6","thinking":{"type":"adaptive","display":"summarized"},"output_config":{"effort":"max","format":{"type":"json_schema","schema":{"type":"object","properties":{}}}}}""")]
    [InlineData("""{"model":"claude-opus-4-6","thinking":{"type":"disabled"}}""")]
    [InlineData("""{"model":"claude-opus-4-6","output_config":{"effort":"low"}}""")]
    [InlineData("""{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":[{"type":"thinking","thinking":"1","signature":"s1"},{"type":"text","text":"b"},{"type":"thinking","thinking":"2","signature":"s2"},{"type":"tool_use","id":"t","name":"f","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t"}]}]}""")]
    [InlineData("""{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"prefilled"}]}""")]
    [InlineData("""{"something_of_tomorrow":{"a":[1]}}""")]
    public void Every_field_comes_through(string fields)
    {
        var original = JsonNode.Parse("""{"model":"claude-sonnet-4-5","max_tokens":32000,"messages":[{"role":"user","content":"Hi"}]}""")!.AsObject();
        foreach (var (name, value) in JsonNode.Parse(fields)!.AsObject())
        {
            original[name] = value?.DeepClone();
        }

        ClaudeReplyTests.AssertJson(Normal(original).ToJsonString(), Normal(Rebuilt(original)));
    }

    private static JsonObject Rebuilt(JsonObject original)
    {
        var anthropic = AnthropicCalls.Parse(original.ToJsonString());
        anthropic.Require(ClaudeDriver.Anywhere with { Kind = "openai" });
        var request = ChatRequest.Parse(anthropic.Body);
        return ClaudeDriver.Prepared(new(ClaudeDriver.Anywhere, request.Model, request.Body, request.MaxTokens!.Value, request.Stream, request.Think)).AsObject();
    }

    // a text alone is a list of one block
    private static JsonObject Normal(JsonObject request)
    {
        var normal = request.DeepClone().AsObject();
        foreach (var (node, field) in normal["messages"]!.AsArray().Select(message => (message!.AsObject(), "content")).Append((normal, "system")))
        {
            if (node[field] is JsonValue text)
            {
                node[field] = new JsonArray(new JsonObject { ["type"] = "text", ["text"] = text.DeepClone() });
            }
        }

        return normal;
    }

    private static JsonObject Cached(JsonObject block, bool cached)
    {
        if (cached)
        {
            block["cache_control"] = new JsonObject { ["type"] = "ephemeral" };
        }

        return block;
    }

    private static JsonArray Array(IEnumerable<JsonObject> blocks) => new([.. blocks.Select(block => block.DeepClone())]);
}
