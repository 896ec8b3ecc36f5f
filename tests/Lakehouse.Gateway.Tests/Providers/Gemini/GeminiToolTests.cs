using System.Text.Json.Nodes;
using Lakehouse.Gateway.Providers;

namespace Lakehouse.Gateway.Tests.Providers.Gemini;

public sealed class GeminiToolTests
{
    [Fact]
    public void Tools_are_declared_with_their_JSON_schema()
    {
        var sent = GeminiDriver.Body("""
            {"messages":[{"role":"user","content":"Hi"}],"tools":[
              {"type":"function","function":{"name":"f","description":"does f","parameters":{"type":"object","properties":{"a":{"anyOf":[{"type":"string"},{"type":"null"}]}},"additionalProperties":false}}},
              {"type":"function","function":{"name":"g"}}]}
            """);

        Assert.Equal("""[{"functionDeclarations":[{"name":"f","description":"does f","parametersJsonSchema":{"type":"object","properties":{"a":{"anyOf":[{"type":"string"},{"type":"null"}]}},"additionalProperties":false}},{"name":"g"}]}]""", sent["tools"]!.ToJsonString());
    }

    [Theory]
    [InlineData("null", "{}", """{"mode":"AUTO"}""")]
    [InlineData("\"auto\"", "{}", """{"mode":"AUTO"}""")]
    [InlineData("\"auto\"", """{"strict":true}""", """{"mode":"VALIDATED"}""")]
    [InlineData("\"none\"", "{}", """{"mode":"NONE"}""")]
    [InlineData("\"required\"", "{}", """{"mode":"ANY"}""")]
    [InlineData("""{"type":"function","function":{"name":"f"}}""", "{}", """{"mode":"ANY","allowedFunctionNames":["f"]}""")]
    [InlineData("""{"type":"allowed_tools","allowed_tools":{"mode":"required","tools":[{"type":"function","function":{"name":"f"}}]}}""", "{}", """{"mode":"ANY","allowedFunctionNames":["f"]}""")]
    [InlineData("""{"type":"allowed_tools","allowed_tools":{"mode":"auto","tools":[{"type":"function","function":{"name":"f"}}]}}""", "{}", """{"mode":"VALIDATED","allowedFunctionNames":["f"]}""")]
    public void Choice_of_tools_is_a_mode(string choice, string function, string expected)
    {
        var tool = JsonNode.Parse(function)!;
        tool["name"] = "f";

        var sent = GeminiDriver.Body($$"""{"messages":[{"role":"user","content":"Hi"}],"tool_choice":{{choice}},"tools":[{"type":"function","function":{{tool.ToJsonString()}}}]}""");

        Assert.Equal(expected, sent["toolConfig"]!["functionCallingConfig"]!.ToJsonString());
    }

    [Fact]
    public void Results_of_parallel_calls_are_one_turn_in_the_order_of_the_calls()
    {
        var turns = GeminiDriver.Body("""
            {"messages":[{"role":"user","content":"Hi"},
              {"role":"assistant","content":"","tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{\"x\":1}"}},{"id":"b","type":"function","function":{"name":"g","arguments":""}}]},
              {"role":"tool","tool_call_id":"b","content":"{not json"},
              {"role":"tool","tool_call_id":"a","content":" {\"t\": 21.5}"},
              {"role":"tool","tool_call_id":"a","content":[{"type":"text","text":"[1]"},{"type":"image_url","image_url":{"url":"data:image/png;base64,QUJD"}}]},
              {"role":"user","content":"go on"}]}
            """)["contents"]!.AsArray();

        Assert.Equal(["user", "model", "user", "user"], turns.Select(turn => turn!["role"]!.ToString()));
        Assert.Equal("""[{"functionCall":{"name":"f","args":{"x":1}}},{"functionCall":{"name":"g","args":{}}}]""", turns[1]!["parts"]!.ToJsonString());
        Assert.Equal(
            """[{"functionResponse":{"name":"f","response":{"t":21.5}}},{"functionResponse":{"name":"f","response":{"result":"[1]"},"parts":[{"inlineData":{"mimeType":"image/png","data":"QUJD"}}]}},{"functionResponse":{"name":"g","response":{"result":"{not json"}}}]""",
            turns[2]!["parts"]!.ToJsonString());
    }

    [Fact]
    public void Ids_of_calls_are_for_the_models_that_give_them()
    {
        var turns = GeminiDriver.Body("""
            {"messages":[{"role":"user","content":"Hi"},
              {"role":"assistant","content":null,"tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{}"},"extra_content":{"google":{"thought_signature":"s"}}}]},
              {"role":"tool","tool_call_id":"a","content":"1"}]}
            """, "gemini-3-flash-preview")["contents"]!;

        Assert.Equal("""[{"functionCall":{"name":"f","args":{},"id":"a"},"thoughtSignature":"s"}]""", turns[1]!["parts"]!.ToJsonString());
        Assert.Equal("""[{"functionResponse":{"name":"f","response":{"result":"1"},"id":"a"}}]""", turns[2]!["parts"]!.ToJsonString());
    }

    [Fact]
    public async Task Call_keeps_its_id_its_arguments_and_its_signature()
    {
        await using var gemini = await GeminiDriver.ReplayAsync("tool-call.json");

        var reply = await gemini.ChatAsync();

        Assert.Equal("tool_calls", reply.FinishReason);
        Assert.Equal(
            """{"role":"assistant","content":null,"tool_calls":[{"index":0,"id":"p9x2k1ab","type":"function","function":{"name":"get_weather","arguments":"{\u0022city\u0022:\u0022Paris\u0022}"},"extra_content":{"google":{"thought_signature":"c2lnLW9mLWNhbGw="}}}]}""",
            reply.Message.ToJsonString());
    }

    [Fact]
    public async Task Parallel_calls_without_ids_get_ids_of_their_own()
    {
        await using var gemini = await GeminiDriver.ReplayAsync("tool-calls-parallel.json");

        var calls = (await gemini.ChatAsync()).Message["tool_calls"]!.AsArray();

        Assert.Equal([0, 1, 2], calls.Select(call => call!["index"]!.GetValue<int>()));
        Assert.Equal(["{\"city\":\"Paris\"}", "{\"city\":\"London\"}", "{}"], calls.Select(call => call!["function"]!["arguments"]!.ToString()));
        Assert.Equal(["c2lnLUE=", null, null], calls.Select(call => call!["extra_content"]?["google"]?["thought_signature"]?.ToString()));
        Assert.Equal(3, calls.Select(call => call!["id"]!.ToString()).Where(id => id.StartsWith("call_", StringComparison.Ordinal)).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task Streamed_calls_are_counted_over_the_chunks()
    {
        await using var gemini = await GeminiDriver.ReplayAsync("stream-tool-calls.sse");

        var chunks = await gemini.StreamAsync();

        var calls = chunks.SelectMany(chunk => chunk.Delta?["tool_calls"]?.AsArray() ?? []).ToArray();
        Assert.Equal([(0, "x1"), (1, "x2")], calls.Select(call => (call!["index"]!.GetValue<int>(), call["id"]!.ToString())));
        Assert.Equal(["c2lnLUE=", null], calls.Select(call => call!["extra_content"]?["google"]?["thought_signature"]?.ToString()));
        Assert.Equal("tool_calls", chunks[^1].FinishReason);
    }

    [Theory]
    [InlineData("tool-call.json")]
    [InlineData("tool-calls-parallel.json")]
    [InlineData("thinking.json")]
    [InlineData("image.json")]
    public async Task Answer_that_is_sent_back_is_what_Gemini_had_sent(string stub)
    {
        await using var gemini = await GeminiDriver.ReplayAsync(stub);
        var reply = await gemini.ChatAsync();

        var request = new JsonObject { ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = "Hi" }, reply.Message.DeepClone()) };
        var turn = GeminiDriver.Body(request.ToJsonString(), "gemini-3-flash-preview")["contents"]![1]!;

        var original = JsonNode.Parse(await File.ReadAllTextAsync(GeminiDriver.PathOf(stub), TestContext.Current.CancellationToken))!["candidates"]![0]!["content"]!;
        Assert.Equal("model", turn["role"]!.ToString());
        Assert.Equal(Joined(original["parts"]!.AsArray()), Joined(turn["parts"]!.AsArray()));
    }

    [Fact]
    public async Task Streamed_answer_that_is_sent_back_keeps_the_signature_of_its_text()
    {
        await using var gemini = await GeminiDriver.ReplayAsync("stream-thinking.sse");
        var chunks = await gemini.StreamAsync();
        var message = new JsonObject
        {
            ["role"] = "assistant", ["content"] = GeminiDriver.Join(chunks, "content"), ["reasoning_content"] = GeminiDriver.Join(chunks, "reasoning_content"),
            ["reasoning_details"] = new JsonArray([.. chunks.SelectMany(chunk => chunk.Delta?["reasoning_details"]?.AsArray() ?? []).Select(detail => detail!.DeepClone())]),
        };

        var request = new JsonObject { ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = "Hi" }, message) };

        Assert.Equal("""[{"text":"Let me think.","thought":true},{"text":"Four.","thoughtSignature":"c2lnLW9mLXRleHQ="}]""", GeminiDriver.Body(request.ToJsonString())["contents"]![1]!["parts"]!.ToJsonString());
    }

    [Theory]
    [InlineData("gemini-3-flash-preview", "skip_thought_signature_validator")]
    [InlineData("gemini-2.5-flash", null)]
    public void Calls_of_another_vendor_are_marked_as_such_where_Gemini_asks_for_a_signature(string model, string? expected)
    {
        var parts = GeminiDriver.Body("""
            {"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":null,
              "reasoning_details":[{"type":"reasoning.text","text":"theirs","signature":"claude","format":"anthropic-claude-v1"}],
              "tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{}"}},{"id":"b","type":"function","function":{"name":"f","arguments":"{}"}}]}]}
            """, model)["contents"]![1]!["parts"]!.AsArray();

        Assert.Equal([expected, null], parts.Select(part => part!["thoughtSignature"]?.ToString()));
    }

    // texts of one kind are one text in OpenAI's message; generated ids are not Gemini's
    private static string Joined(JsonArray parts)
    {
        var joined = new List<JsonObject>();
        foreach (var part in parts.Select(part => part!.DeepClone().AsObject()))
        {
            if (part["functionCall"]?["id"]?.ToString().StartsWith("call_", StringComparison.Ordinal) == true)
            {
                part["functionCall"]!.AsObject().Remove("id");
            }

            if (joined.LastOrDefault() is { } last && last["text"] is { } text && part["text"] is not null && (bool?)last["thought"] == (bool?)part["thought"])
            {
                part["text"] = text.ToString() + part["text"];
                joined.RemoveAt(joined.Count - 1);
            }

            joined.Add(part);
        }

        return new JsonArray([.. joined.Select(part => new JsonObject(part.OrderBy(field => field.Key, StringComparer.Ordinal).Select(field => KeyValuePair.Create(field.Key, field.Value?.DeepClone()))))]).ToJsonString();
    }
}
