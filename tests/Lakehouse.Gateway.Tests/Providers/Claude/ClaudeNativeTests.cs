using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Providers;
using static Lakehouse.Gateway.Tests.Providers.Claude.ClaudeReplyTests;

namespace Lakehouse.Gateway.Tests.Providers.Claude;

public sealed class ClaudeNativeTests
{
    private const string Body = """
        {"model":"claude/sonnet","max_tokens":90000,"stream":false,"container":"c-1","thinking":{"type":"enabled","budget_tokens":2000},
         "tools":[{"type":"web_search_20260318","name":"web_search"}],
         "messages":[{"role":"user","content":[{"type":"search_result","source":"s","title":"t","content":[{"type":"text","text":"x"}]}]}]}
        """;

    [Fact]
    public async Task Own_body_goes_out_with_only_model_limit_and_stream_changed()
    {
        await using var claude = await ClaudeDriver.StartAsync("server_tool.json");
        var native = Native(("anthropic-version", "2026-10-21"), ("anthropic-beta", "files-api-2025-04-14"), ("x-api-key", "key of the caller"));

        var reply = await claude.ChatAsync(ClaudeDriver.Call(claude.Config, maxTokens: 32_000, native: native));

        var expected = JsonNode.Parse(Body)!.AsObject();
        (expected["model"], expected["max_tokens"]) = ("claude-sonnet-4-5", 32_000);
        expected.Remove("stream");
        AssertJson(expected.ToJsonString(), claude.Sent);
        var headers = claude.Server.Requests.Single().Headers;
        Assert.Equal(("2026-10-21", "files-api-2025-04-14", ClaudeDriver.Key), (headers["anthropic-version"], headers["anthropic-beta"], headers["x-api-key"]));
        AssertJson(Body, native.Body!);
        AssertJson(ClaudeDriver.Fixture("server_tool.json"), reply.Native!);
        Assert.Equal(("I'll search.Otters hold hands.", "stop", 6039L), (reply.Message["content"]!.ToString(), reply.FinishReason, reply.Usage.PromptTokens));
    }

    [Fact]
    public async Task Every_event_is_passed_on_beside_what_it_means()
    {
        await using var claude = await ClaudeDriver.StartAsync("server_tool.sse");

        var chunks = await claude.StreamAsync(ClaudeDriver.Call(claude.Config, stream: true, native: Native()));

        var events = ClaudeDriver.Fixture("server_tool.sse").Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(text => text.Split('\n')).ToList();
        Assert.Equal(events.Select(lines => lines[0]["event: ".Length..]), chunks.Select(chunk => chunk.Native!.Name));
        foreach (var (lines, chunk) in events.Zip(chunks))
        {
            AssertJson(lines[1]["data: ".Length..], chunk.Native!.Data);
        }

        Assert.Equal("Otters hold hands.", ClaudeDriver.Assembled(chunks)["content"]!.ToString());
        Assert.Equal(("stop", 510L), (chunks.Single(chunk => chunk.FinishReason is not null).FinishReason, chunks.Last(chunk => chunk.Usage is not null).Usage!.CompletionTokens));
        Assert.True(claude.Sent["stream"]!.GetValue<bool>());
        Assert.Equal("2023-06-01", claude.Server.Requests.Single().Headers["anthropic-version"]);
    }

    [Fact]
    public void Own_body_of_another_protocol_is_not_sent()
    {
        var sent = ClaudeDriver.Prepared(ClaudeDriver.Call(ClaudeDriver.Anywhere, native: Native() with { Kind = "gemini" }));

        AssertJson("""{"model":"claude-sonnet-4-5","max_tokens":32000,"messages":[{"role":"user","content":[{"type":"text","text":"Hi"}]}]}""", sent);
    }

    [Fact]
    public void Thinking_that_the_gateways_own_field_asks_for_is_added()
    {
        var native = Native() with { Body = JsonNode.Parse("""{"output_config":{"format":{"type":"json_schema","schema":{}}},"messages":[]}""")!.AsObject() };

        var sent = ClaudeDriver.Prepared(ClaudeDriver.Call(ClaudeDriver.Anywhere, model: "claude-opus-4-6", think: "low", native: native));

        AssertJson("""{"type":"adaptive","display":"summarized"}""", sent["thinking"]!);
        AssertJson("""{"format":{"type":"json_schema","schema":{}},"effort":"low"}""", sent["output_config"]!);
        AssertJson("""{"type":"enabled","budget_tokens":2000}""", ClaudeDriver.Prepared(ClaudeDriver.Call(ClaudeDriver.Anywhere, think: "low", native: Native()))["thinking"]!);
    }

    [Fact]
    public void Thinking_beyond_the_limit_that_was_reserved_is_refused_by_name()
    {
        var problem = Assert.Throws<ApiError>(() => ClaudeDriver.Prepared(ClaudeDriver.Call(ClaudeDriver.Anywhere, maxTokens: 2000, native: Native())));

        Assert.Equal((400, "thinking.budget_tokens"), (problem.Status, problem.Param));
    }

    private static NativeRequest Native(params (string Name, string Value)[] headers) =>
        new("claude", JsonNode.Parse(Body)!.AsObject(), headers.ToDictionary(header => header.Name, header => header.Value, StringComparer.OrdinalIgnoreCase));
}
