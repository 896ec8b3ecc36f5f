using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Tests.Providers;
using Lakehouse.Testing;
using Microsoft.AspNetCore.Http;
using static Lakehouse.Gateway.Tests.Providers.Claude.ClaudeReplyTests;

namespace Lakehouse.Gateway.Tests.Chat;

/// <summary>What was streamed in pieces is whole when it goes back to the model: with the results of tools, and with the session's next turn.</summary>
public sealed class StreamedTurnTests(TestPostgres postgres)
{
    private const string Tool = "lakehouse_current_time";

    private static readonly string ClaudeCalls = Events(
        """{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","content":[],"model":"claude-sonnet-4-5","stop_reason":null,"usage":{"input_tokens":9,"output_tokens":1}}}""",
        """{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}""",
        """{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"What time "}}""",
        """{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"is it?"}}""",
        """{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"c2lnLTE="}}""",
        """{"type":"content_block_stop","index":0}""",
        """{"type":"content_block_start","index":1,"content_block":{"type":"thinking","thinking":"","signature":""}}""",
        """{"type":"content_block_delta","index":1,"delta":{"type":"thinking_delta","thinking":"I look."}}""",
        """{"type":"content_block_delta","index":1,"delta":{"type":"signature_delta","signature":"c2lnLTI="}}""",
        """{"type":"content_block_stop","index":1}""",
        $$$$"""{"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"toolu_1","name":"{{{{Tool}}}}","input":{}}}""",
        """{"type":"content_block_stop","index":2}""",
        """{"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"output_tokens":30}}""",
        """{"type":"message_stop"}""");

    private static readonly string GeminiCalls = Events(
        """{"candidates":[{"content":{"parts":[{"text":"What time ","thought":true}],"role":"model"}}]}""",
        """{"candidates":[{"content":{"parts":[{"text":"is it?","thought":true,"thoughtSignature":"dGhvdWdodA=="}],"role":"model"}}]}""",
        $$$$"""{"candidates":[{"content":{"parts":[{"functionCall":{"name":"{{{{Tool}}}}","args":{},"id":"x1"},"thoughtSignature":"Y2FsbA=="}],"role":"model"},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":9,"candidatesTokenCount":2,"totalTokenCount":11}}""");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Thinking_of_Claude_goes_back_whole_with_the_results_of_the_gateways_tools()
    {
        await using var claude = await StubAsync(body => body.Contains("tool_result", StringComparison.Ordinal) ? Replay.Text("claude/text.sse") : ClaudeCalls);
        var turn = (await SentAsync("claude", claude, "claude/claude-sonnet-4-5", tools: true))["messages"]![1]!;

        AssertJson($$$"""
            {"role":"assistant","content":[{"type":"thinking","thinking":"What time is it?","signature":"c2lnLTE="},{"type":"thinking","thinking":"I look.","signature":"c2lnLTI="},
              {"type":"tool_use","id":"toolu_1","name":"{{{Tool}}}","input":{}}]}
            """, turn);
    }

    [Fact]
    public async Task Thinking_of_Claude_goes_back_whole_with_the_next_turn_of_a_session()
    {
        await using var claude = await StubAsync(_ => Replay.Text("claude/thinking.sse"));
        var turn = (await SentAsync("claude", claude, "claude/claude-sonnet-4-5", tools: false))["messages"]![1]!;

        AssertJson("""
            {"role":"assistant","content":[{"type":"thinking","thinking":"Let me see.","signature":"EqQBCgIYAhIM1gbcDa9GJwZA2b3h"},{"type":"redacted_thinking","data":"EmwKAhgBEgy3va3pzix"},
              {"type":"text","text":"42"}]}
            """, turn);
    }

    [Fact]
    public async Task Blocks_of_Claude_that_a_message_cannot_say_go_back_as_they_came()
    {
        await using var claude = await StubAsync(_ => Replay.Text("claude/server_tool.sse"));
        var turn = (await SentAsync("claude", claude, "claude/claude-sonnet-4-5", tools: false))["messages"]![1]!;

        var types = turn["content"]!.AsArray().Select(block => block!["type"]!.ToString()).ToList();
        Assert.Contains("server_tool_use", types);
        Assert.Contains("web_search_tool_result", types);
    }

    [Fact]
    public async Task Signatures_of_Gemini_go_back_with_the_results_of_the_gateways_tools()
    {
        await using var gemini = await StubAsync(body => body.Contains("functionResponse", StringComparison.Ordinal) ? Replay.Text("gemini/stream-thinking.sse") : GeminiCalls);
        var turn = (await SentAsync("gemini", gemini, "gemini/gemini-3-flash-preview", tools: true))["contents"]![1]!;

        AssertJson($$$"""
            {"role":"model","parts":[{"text":"What time is it?","thought":true,"thoughtSignature":"dGhvdWdodA=="},
              {"functionCall":{"name":"{{{Tool}}}","args":{},"id":"x1"},"thoughtSignature":"Y2FsbA=="}]}
            """, turn);
    }

    [Fact]
    public async Task Signatures_of_Gemini_go_back_with_the_next_turn_of_a_session()
    {
        await using var gemini = await StubAsync(_ => Replay.Text("gemini/stream-thinking.sse"));
        var turn = (await SentAsync("gemini", gemini, "gemini/gemini-3-flash-preview", tools: false))["contents"]![1]!;

        AssertJson("""{"role":"model","parts":[{"text":"Let me think.","thought":true},{"text":"Four.","thoughtSignature":"c2lnLW9mLXRleHQ="}]}""", turn);
    }

    [Fact]
    public async Task Every_field_of_a_streamed_message_is_kept()
    {
        await using var openAi = await StubAsync(_ => Events(
            Delta("""{"role":"assistant","content":"See","images":[{"type":"image_url","image_url":{"url":"data:image/png;base64,QQ=="},"index":0}],"audio":{"id":"audio_1","transcript":"Se"}}"""),
            Delta("""{"content":" it.","audio":{"transcript":"e it.","data":"QUJD"},"function_call":{"name":"f","arguments":"{\"a\""}}"""),
            Delta("""{"function_call":{"arguments":":1}"},"annotations":[{"type":"url_citation","url_citation":{"url":"https://example.org"}}],"custom":{"kept":true}}"""),
            """{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""") + "data: [DONE]\n\n");
        var turn = (await SentAsync("openai", openAi, "openai/gpt-4o", tools: false))["messages"]![1]!;

        AssertJson("""
            {"role":"assistant","content":"See it.","audio":{"id":"audio_1","transcript":"See it.","data":"QUJD"},"function_call":{"name":"f","arguments":"{\"a\":1}"},"custom":{"kept":true},
             "images":[{"type":"image_url","image_url":{"url":"data:image/png;base64,QQ=="},"index":0}],"annotations":[{"type":"url_citation","url_citation":{"url":"https://example.org"}}]}
            """, turn);
    }

    [Fact]
    public async Task Parts_between_the_texts_of_a_stream_keep_their_place()
    {
        await using var openAi = await StubAsync(_ => Events(
            Delta("""{"content":"A"}"""), Delta("""{"content":[{"type":"thinking","thinking":[{"type":"text","text":"hm"}]}]}"""), Delta("""{"content":"B"}"""), Delta("""{"content":"C"}"""),
            """{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""") + "data: [DONE]\n\n");
        var turn = (await SentAsync("openai", openAi, "openai/gpt-4o", tools: false))["messages"]![1]!;

        AssertJson("""{"role":"assistant","content":[{"type":"text","text":"A"},{"type":"thinking","thinking":[{"type":"text","text":"hm"}]},{"type":"text","text":"BC"}]}""", turn);
    }

    /// <returns>The second request that the vendor got: with the results of tools, or with the session's next turn.</returns>
    private async Task<JsonNode> SentAsync(string provider, StubServer vendor, string model, bool tools)
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1", settings: new()
        {
            [$"Providers:{provider}:base_url"] = vendor.Url, [$"Providers:{provider}:api_key"] = "key-of-the-vendor-0123456789",
        });
        using var client = gateway.As(GatewayApp.BotKey);
        var body = Calls.Hello(model, stream: true);
        body["max_tokens"] = 3000;
        if (tools)
        {
            body["tools"] = new JsonArray("lakehouse:current_time");
            await SayAsync(client, body);
        }
        else
        {
            using var made = await client.PostAsJsonAsync("/v1/sessions", new JsonObject(), Cancelled);
            body["session_id"] = (await made.JsonAsync())["id"]!.ToString();
            await SayAsync(client, body);
            await SayAsync(client, body);
        }

        Assert.Equal(2, vendor.Requests.Count);
        return JsonNode.Parse(vendor.Requests.Last().Body)!;
    }

    private static async Task SayAsync(HttpClient client, JsonObject body)
    {
        using var response = await client.ChatAsync(body);
        var text = await response.Content.ReadAsStringAsync(Cancelled);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.EndsWith("data: [DONE]\n\n", text, StringComparison.Ordinal);
    }

    private static Task<StubServer> StubAsync(Func<string, string> events) => StubServer.StartAsync((context, body) => Replay.AnswerText(events(body), "stream.sse")(context), Cancelled);

    private static string Events(params string[] data) => string.Concat(data.Select(one => $"data: {one}\n\n"));

    private static string Delta(string delta) => $$$"""{"choices":[{"index":0,"delta":{{{delta}}},"finish_reason":null}]}""";
}
