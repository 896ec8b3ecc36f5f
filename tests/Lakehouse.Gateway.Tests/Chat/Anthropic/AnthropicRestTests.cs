using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Chat;
using Lakehouse.Gateway.Chat.Anthropic;
using Lakehouse.Gateway.Tests.Providers;
using Lakehouse.Testing;
using static Lakehouse.Gateway.Tests.Providers.Claude.ClaudeReplyTests;

namespace Lakehouse.Gateway.Tests.Chat.Anthropic;

/// <summary>What other vendors answer and Anthropic's shape has no block for reaches the caller all the same, and comes back with the next turn.</summary>
public sealed class AnthropicRestTests(TestPostgres postgres)
{
    private const string Image = """[{"type":"image_url","image_url":{"url":"data:image/png;base64,QQ=="},"index":0}]""";
    private const string Citation = """[{"type":"url_citation","url_citation":{"url":"https://example.org"}}]""";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Rest_of_a_message_is_in_its_extra_content(bool stream)
    {
        await using var openAi = await StubAsync($$$"""
            {"role":"assistant","content":"See it.","images":{{{Image}}},"annotations":{{{Citation}}},"audio":{"id":"audio_1","data":"QUJD","transcript":"See it."},"function_call":{"name":"f","arguments":"{}"}}
            """, stream);

        var message = await AskAsync(openAi, stream);

        AssertJson("""[{"type":"text","text":"See it.","citations":null}]""", message["content"]!);
        AssertJson($$$"""
            {"images":{{{Image}}},"annotations":{{{Citation}}},"audio":{"id":"audio_1","data":"QUJD","transcript":"See it."},"function_call":{"name":"f","arguments":"{}"}}
            """, message["extra_content"]!);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Parts_that_are_blocks_become_blocks_and_the_others_are_kept(bool stream)
    {
        await using var openAi = await StubAsync("""
            {"role":"assistant","content":[{"type":"thinking","thinking":[{"type":"text","text":"hm"}]},{"type":"text","text":"Yes."},{"type":"text","text":"No.","note":1},{"type":"reference","reference_ids":[3]}]}
            """, stream);

        var message = await AskAsync(openAi, stream);

        AssertJson("""
            [{"type":"thinking","thinking":"hm","signature":""},{"type":"text","text":"Yes.","citations":null},{"type":"text","text":"No.","citations":null,"note":1}]
            """, message["content"]!);
        AssertJson("""{"content":[{"type":"reference","reference_ids":[3]}]}""", message["extra_content"]!);
    }

    [Fact]
    public async Task Thoughts_without_a_signature_stand_beside_the_signature_of_the_text()
    {
        await using var gemini = await StubServer.StartAsync((context, _) => Replay.AnswerText("""
            {"candidates":[{"content":{"parts":[{"text":"hm","thought":true},{"text":"Four.","thoughtSignature":"c2ln"}],"role":"model"},"finishReason":"STOP"}]}
            """)(context), Cancelled);

        var message = await AskAsync(gemini, stream: false, "gemini", "gemini-3-flash-preview");

        var sealedData = AnthropicForeign.Seal(JsonNode.Parse("""{"type":"reasoning.encrypted","data":"c2ln","format":"google-gemini-v1","index":0}"""));
        AssertJson($$$"""[{"type":"thinking","thinking":"hm","signature":""},{"type":"redacted_thinking","data":"{{{sealedData}}}"},{"type":"text","text":"Four.","citations":null}]""", message["content"]!);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Signatures_of_another_vendor_come_back_to_it_and_Claude_does_not_see_them(bool stream)
    {
        const string reply = """{"candidates":[{"content":{"parts":[{"text":"hm","thought":true,"thoughtSignature":"dGhvdWdodA=="},{"text":"Four.","thoughtSignature":"dGV4dA=="}],"role":"model"},"finishReason":"STOP"}]}""";
        await using var gemini = await StubServer.StartAsync((context, _) => Replay.AnswerText(stream ? $"data: {reply}\n\n" : reply, stream ? "stream.sse" : "reply.json")(context), Cancelled);
        await using var claude = await StubServer.StartAsync((context, _) => Replay.Answer("claude/whole.json")(context), Cancelled);
        var first = await AskAsync(gemini, stream, "gemini", "gemini-3-flash-preview");
        var turns = $$$"""[{"role":"user","content":"Hi"},{"role":"assistant","content":{{{first["content"]!.ToJsonString()}}}},{"role":"user","content":"Again."}]""";

        await AskAsync(gemini, stream, "gemini", "gemini-3-flash-preview", turns);
        await AskAsync(claude, stream: false, "claude", "claude-sonnet-4-5", turns);

        AssertJson("""[{"text":"hm","thought":true,"thoughtSignature":"dGhvdWdodA=="},{"text":"Four.","thoughtSignature":"dGV4dA=="}]""", JsonNode.Parse(gemini.Requests.Last().Body)!["contents"]![1]!["parts"]!);
        AssertJson("""[{"type":"text","text":"Four.","citations":null}]""", JsonNode.Parse(claude.Requests.Single().Body)!["messages"]![1]!["content"]!);
    }

    [Fact]
    public async Task Rest_comes_back_with_the_turn_and_Claude_does_not_see_it()
    {
        await using var openAi = await StubAsync("""{"role":"assistant","content":"Hi"}""", stream: false);
        await using var claude = await StubServer.StartAsync((context, _) => Replay.Answer("claude/whole.json")(context), Cancelled);
        var turns = $$$"""[{"role":"user","content":"Hi"},{"role":"assistant","content":"See.","extra_content":{"images":{{{Image}}}}},{"role":"user","content":"Again."}]""";

        await AskAsync(openAi, stream: false, messages: turns);
        await AskAsync(claude, stream: false, "claude", "claude-sonnet-4-5", turns);

        AssertJson($$$"""{"role":"assistant","content":[{"type":"text","text":"See."}],"images":{{{Image}}}}""", JsonNode.Parse(openAi.Requests.Single().Body)!["messages"]![1]!);
        AssertJson("""{"role":"assistant","content":"See."}""", JsonNode.Parse(claude.Requests.Single().Body)!["messages"]![1]!);
    }

    private async Task<JsonNode> AskAsync(StubServer vendor, bool stream, string provider = "openai", string model = "gpt-4o", string messages = """[{"role":"user","content":"Hi"}]""")
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1", settings: new()
        {
            [$"Providers:{provider}:base_url"] = vendor.Url, [$"Providers:{provider}:api_key"] = "key-of-the-vendor-0123456789",
        });
        using var client = gateway.As(GatewayApp.BotKey);
        var body = new JsonObject { ["model"] = $"{provider}/{model}", ["max_tokens"] = 3000, ["stream"] = stream, ["messages"] = JsonNode.Parse(messages) };

        using var response = await client.PostAsJsonAsync("/v1/messages", body, Cancelled);
        var text = await response.Content.ReadAsStringAsync(Cancelled);
        Assert.True(response.IsSuccessStatusCode, text);
        return stream
            ? AnthropicCalls.Assembled(text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(one => one.Split('\n')).Select(lines => new ServerEvent(lines[0]["event: ".Length..], JsonNode.Parse(lines[1]["data: ".Length..])!.AsObject())))
            : JsonNode.Parse(text)!;
    }

    private static Task<StubServer> StubAsync(string message, bool stream) => StubServer.StartAsync((context, _) => Replay.AnswerText(
        stream
            ? $$$"""
                data: {"choices":[{"index":0,"delta":{{{message.Trim()}}},"finish_reason":null}]}

                data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}

                data: [DONE]


                """
            : $$$"""{"model":"m","choices":[{"index":0,"message":{{{message}}},"finish_reason":"stop"}]}""",
        stream ? "stream.sse" : "reply.json")(context), Cancelled);
}
