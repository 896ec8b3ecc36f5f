using System.Text.Json.Nodes;
using Lakehouse.Gateway.Chat;
using Lakehouse.Gateway.Chat.Anthropic;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Providers;
using Lakehouse.Gateway.Tests.Providers.Claude;
using Microsoft.AspNetCore.Http;
using static Lakehouse.Gateway.Tests.Providers.Claude.ClaudeReplyTests;

namespace Lakehouse.Gateway.Tests.Chat.Anthropic;

public sealed class AnthropicRequestTests
{
    [Fact]
    public void Body_is_said_in_OpenAIs_terms_with_the_fields_that_are_ours()
    {
        var request = AnthropicCalls.Parse("""
            {"model":"ollama/qwen3:8b","max_tokens":2000,"stream":true,"session_id":"ses_1","task_class":"review","provider":"ollama","dry_run":false,"failed_attempts":1,"profile":"p","context":{"query":"q"},
             "system":"Be brief.","stop_sequences":["END"],"metadata":{"user_id":"u"},"thinking":{"type":"enabled","budget_tokens":1500},
             "messages":[{"role":"user","content":[{"type":"text","text":"See"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"QUJD"}}]},
               {"role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":"c2ln"},{"type":"tool_use","id":"t1","name":"f","input":{"city":"Zürich"}},{"type":"tool_use","id":"t2","name":"f","input":{}}]},
               {"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":"7"},{"type":"tool_result","tool_use_id":"t2","is_error":true},{"type":"text","text":"So?"}]}]}
            """);

        AssertJson("""
            {"model":"ollama/qwen3:8b","max_tokens":2000,"stream":true,"session_id":"ses_1","task_class":"review","provider":"ollama","dry_run":false,"failed_attempts":1,"profile":"p","context":{"query":"q"},
             "stream_options":{"include_usage":true},"stop":["END"],"user":"u","think":1500,
             "messages":[{"role":"system","content":"Be brief."},
               {"role":"user","content":[{"type":"text","text":"See"},{"type":"image_url","image_url":{"url":"data:image/png;base64,QUJD"}}]},
               {"role":"assistant","content":null,"reasoning_content":"hm","reasoning_details":[{"type":"reasoning.text","text":"hm","signature":"c2ln","format":"anthropic-claude-v1","index":0}],
                "tool_calls":[{"id":"t1","type":"function","function":{"name":"f","arguments":"{\"city\":\"Zürich\"}"}},{"id":"t2","type":"function","function":{"name":"f","arguments":"{}"}}]},
               {"role":"tool","tool_call_id":"t1","content":"7"},
               {"role":"tool","tool_call_id":"t2","content":"","is_error":true},
               {"role":"user","content":[{"type":"text","text":"So?"}]}]}
            """, request.Body);
        Assert.DoesNotContain("session_id", request.Native.Body!.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(["model", "max_tokens", "stream", "system", "stop_sequences", "metadata", "thinking", "messages"], request.Native.Body.Select(field => field.Key));
        request.Require(ClaudeDriver.Anywhere with { Kind = "ollama" });
    }

    [Theory]
    [InlineData("""{"messages":[]}""", "max_tokens")]
    [InlineData("""{"max_tokens":0,"messages":[]}""", "max_tokens")]
    [InlineData("""{"max_tokens":"5","messages":[]}""", "max_tokens")]
    [InlineData("""{"max_tokens":5}""", "messages")]
    [InlineData("""{"max_tokens":5,"messages":[]}""", "messages")]
    [InlineData("""{"max_tokens":5,"messages":["x"]}""", "messages.0")]
    [InlineData("""{"max_tokens":5,"messages":[{"role":"tool","content":"x"}]}""", "messages.0.role")]
    [InlineData("""{"max_tokens":5,"messages":[{"role":"user"}]}""", "messages.0.content")]
    [InlineData("""{"max_tokens":5,"messages":[{"role":"user","content":[]}]}""", "messages.0.content")]
    [InlineData("""{"max_tokens":5,"messages":[{"role":"user","content":[{}]}]}""", "messages.0.content.0.type")]
    [InlineData("""{"max_tokens":5,"messages":[{"role":"user","content":[{"type":"text"}]}]}""", "messages.0.content.0.text")]
    [InlineData("""{"max_tokens":5,"messages":[{"role":"user","content":[{"type":"image"}]}]}""", "messages.0.content.0.source")]
    [InlineData("""{"max_tokens":5,"messages":[{"role":"user","content":[{"type":"image","source":{"type":"base64","media_type":"image/png"}}]}]}""", "messages.0.content.0.source.data")]
    [InlineData("""{"max_tokens":5,"messages":[{"role":"user","content":[{"type":"text","text":"a"},{"type":"tool_result","tool_use_id":"t"}]}]}""", "messages.0.content.1")]
    [InlineData("""{"max_tokens":5,"messages":[{"role":"user","content":[{"type":"tool_result"}]}]}""", "messages.0.content.0.tool_use_id")]
    [InlineData("""{"max_tokens":5,"messages":[{"role":"assistant","content":[{"type":"tool_use","id":"t","name":"f","input":"{}"}]}]}""", "messages.0.content.0.input")]
    [InlineData("""{"max_tokens":5,"system":7,"messages":[{"role":"user","content":"x"}]}""", "system")]
    [InlineData("""{"max_tokens":5,"system":[{"type":"image"}],"messages":[{"role":"user","content":"x"}]}""", "system.0.type")]
    [InlineData("""{"max_tokens":5,"temperature":"hot","messages":[{"role":"user","content":"x"}]}""", "temperature")]
    [InlineData("""{"max_tokens":5,"stop_sequences":"END","messages":[{"role":"user","content":"x"}]}""", "stop_sequences")]
    [InlineData("""{"max_tokens":5,"service_tier":"priority","messages":[{"role":"user","content":"x"}]}""", "service_tier")]
    [InlineData("""{"max_tokens":5,"tools":[{"input_schema":{}}],"messages":[{"role":"user","content":"x"}]}""", "tools.0.name")]
    [InlineData("""{"max_tokens":5,"tools":[{"name":"f"}],"messages":[{"role":"user","content":"x"}]}""", "tools.0.input_schema")]
    [InlineData("""{"max_tokens":5,"tool_choice":{"type":"tool"},"messages":[{"role":"user","content":"x"}]}""", "tool_choice.name")]
    [InlineData("""{"max_tokens":5,"tool_choice":{"type":"maybe"},"messages":[{"role":"user","content":"x"}]}""", "tool_choice.type")]
    [InlineData("""{"max_tokens":5000,"thinking":{"type":"enabled","budget_tokens":1023},"messages":[{"role":"user","content":"x"}]}""", "thinking.budget_tokens")]
    [InlineData("""{"max_tokens":2000,"thinking":{"type":"enabled","budget_tokens":2000},"messages":[{"role":"user","content":"x"}]}""", "thinking.budget_tokens")]
    [InlineData("""{"max_tokens":2000,"think":true,"thinking":{"type":"adaptive"},"messages":[{"role":"user","content":"x"}]}""", "think")]
    [InlineData("""{"max_tokens":2000,"thinking":{"type":"deep"},"messages":[{"role":"user","content":"x"}]}""", "thinking.type")]
    [InlineData("""{"max_tokens":5,"output_config":{"format":{"type":"xml"}},"messages":[{"role":"user","content":"x"}]}""", "output_config.format.type")]
    public void Fault_is_named_with_its_path(string body, string named)
    {
        var problem = Assert.Throws<ApiError>(() => AnthropicCalls.Parse(body));

        Assert.Equal((400, named), (problem.Status, problem.Param));
        Assert.StartsWith($"{named} is ", problem.Message, StringComparison.Ordinal);
        Assert.Contains("accepted ", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"container\":\"c-1\"", "container")]
    [InlineData("\"mcp_servers\":[{\"type\":\"url\"}]", "mcp_servers")]
    [InlineData("\"context_management\":{\"edits\":[]}", "context_management")]
    [InlineData("\"metadata\":{\"trace\":\"x\"}", "metadata.trace")]
    [InlineData("\"thinking\":{\"type\":\"adaptive\",\"display\":\"omitted\"}", "thinking.display")]
    [InlineData("\"tools\":[{\"type\":\"web_search_20260318\",\"name\":\"web_search\"}]", "tools.0.type")]
    [InlineData("\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"search_result\",\"source\":\"s\"}]}]", "messages.0.content.0")]
    [InlineData("\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image\",\"source\":{\"type\":\"file\",\"file_id\":\"f\"}}]}]", "messages.0.content.0.source")]
    [InlineData("\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"document\",\"citations\":{\"enabled\":true},\"source\":{\"type\":\"text\",\"data\":\"f\"}}]}]", "messages.0.content.0")]
    [InlineData("\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"document\",\"source\":{\"type\":\"content\",\"content\":[]}}]}]", "messages.0.content.0")]
    [InlineData("\"messages\":[{\"role\":\"assistant\",\"content\":[{\"type\":\"server_tool_use\",\"id\":\"s\"}]}]", "messages.0.content.0")]
    [InlineData("\"messages\":[{\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"x\",\"citations\":[{\"url\":\"u\"}]}]}]", "messages.0.content.0.citations")]
    public void Field_that_only_Claude_knows_is_refused_by_name_elsewhere(string field, string named)
    {
        var body = JsonNode.Parse($$"""{"max_tokens":5,"messages":[{"role":"user","content":"x"}]}""")!.AsObject();
        foreach (var (name, value) in JsonNode.Parse($"{{{field}}}")!.AsObject())
        {
            body[name] = value?.DeepClone();
        }

        var request = AnthropicCalls.Parse(body.ToJsonString());

        var problem = Assert.Throws<ApiError>(() => request.Require(ClaudeDriver.Anywhere with { Name = "ollama", Kind = "ollama" }));
        Assert.Equal((400, named), (problem.Status, problem.Param));
        Assert.StartsWith($"{named} is ", problem.Message, StringComparison.Ordinal);
        request.Require(ClaudeDriver.Anywhere);
        AssertJson(body.ToJsonString(), request.Native.Body!);
    }

    [Fact]
    public void What_only_Claude_knows_stays_in_the_body_to_be_counted()
    {
        const string found = """{"type":"search_result","source":"s","title":"t","content":[{"type":"text","text":"long"}]}""";
        const string searched = """[{"type":"server_tool_use","id":"s","name":"web_search","input":{}},{"type":"text","text":"x","citations":[{"url":"u"}]}]""";

        var messages = AnthropicCalls.Parse($$"""{"max_tokens":5,"container":"c-1","messages":[{"role":"user","content":[{{found}}]},{"role":"assistant","content":{{searched}}}]}""").Body["messages"]!;

        AssertJson(found, messages[0]!["content"]![0]!);
        AssertJson(searched, messages[1]!["content"]!);
        AssertJson(searched, messages[1]!["anthropic_content"]!);
    }

    [Theory]
    [InlineData("\"temperature\":1", "temperature")]
    [InlineData("\"top_p\":1", "top_p")]
    [InlineData("\"top_k\":5", "top_k")]
    [InlineData("\"messages\":[{\"role\":\"assistant\",\"content\":[{\"type\":\"document\",\"source\":{\"type\":\"text\",\"data\":\"x\"}}]}]", "messages.0.content.0")]
    [InlineData("\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"x\",\"citations\":[{\"url\":\"u\"}]}]}]", "messages.0.content.0.citations")]
    public void Version_2026_refuses_what_it_removed(string field, string named)
    {
        var body = JsonNode.Parse("""{"max_tokens":5,"messages":[{"role":"user","content":"x"}]}""")!.AsObject();
        foreach (var (name, value) in JsonNode.Parse($"{{{field}}}")!.AsObject())
        {
            body[name] = value?.DeepClone();
        }

        var problem = Assert.Throws<ApiError>(() => AnthropicCalls.Parse(body.ToJsonString(), "2026-10-21"));

        Assert.Equal((400, named), (problem.Status, problem.Param));
        Assert.NotNull(AnthropicCalls.Parse(body.ToJsonString(), "2023-06-01"));
        Assert.NotNull(AnthropicCalls.Parse(body.ToJsonString(), null));
    }

    [Fact]
    public void Headers_of_the_protocol_travel_and_others_do_not()
    {
        var headers = new HeaderDictionary { ["Anthropic-Version"] = "2026-10-21", ["anthropic-beta"] = "a,b", ["x-api-key"] = "secret" };

        var native = AnthropicRequest.Parse(JsonNode.Parse("""{"max_tokens":5,"messages":[{"role":"user","content":"x"}]}""")!.AsObject(), headers).Native;

        Assert.Equal([("anthropic-beta", "a,b"), ("anthropic-version", "2026-10-21")], native.Headers.Select(header => (header.Key, header.Value)).Order());
        Assert.Equal("claude", native.Kind);
    }

    [Fact]
    public void Version_that_nobody_knows_is_refused()
    {
        var problem = Assert.Throws<ApiError>(() => AnthropicCalls.Parse("{}", "2024-01-01"));

        Assert.Equal("anthropic-version", problem.Param);
        Assert.Contains("2023-06-01 and 2026-10-21", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_other_vendors_left_in_a_turn_is_kept_for_them_and_from_Claude()
    {
        var request = AnthropicCalls.Parse("""
            {"model":"m","max_tokens":5,"messages":[{"role":"user","content":"x"},{"role":"assistant","content":[{"type":"thinking","thinking":"local","signature":""}]},
              {"role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":""},{"type":"tool_use","id":"t","name":"f","input":{},"caller":{"type":"direct"},"extra_content":{"google":{"thought_signature":"s"}}}]}]}
            """);

        AssertJson("""[{"role":"user","content":"x"},{"role":"assistant","content":[{"type":"tool_use","id":"t","name":"f","input":{},"caller":{"type":"direct"}}]}]""", request.Native.Body!["messages"]!);
        AssertJson("""[{"id":"t","type":"function","function":{"name":"f","arguments":"{}"},"extra_content":{"google":{"thought_signature":"s"}}}]""", request.Body["messages"]![2]!["tool_calls"]!);
        Assert.Equal("hm", request.Body["messages"]![2]!["reasoning_content"]!.ToString());
        Assert.Equal("m", ChatRequest.Parse(request.Body).Model);
    }

    [Fact]
    public void Reasoning_that_another_vendor_signed_is_again_what_it_was()
    {
        const string details = """
            [{"type":"reasoning.summary","summary":"Plan.","signature":"s1","format":"xai-responses-v1","id":"rs_1","index":0},{"type":"reasoning.encrypted","data":"ZW5j","format":"openai-responses-v1","id":"rs_2","index":0}]
            """;
        var reply = new ModelReply("m", new() { ["content"] = "Hi", ["reasoning_details"] = JsonNode.Parse(details) }, "stop", ModelUsage.Unknown);
        var content = JsonNode.Parse(new AnthropicShape().Whole(AnthropicCalls.Call, reply, AnthropicCalls.Used))!["content"]!.ToJsonString();

        var request = AnthropicCalls.Parse($$"""{"model":"m","max_tokens":5,"messages":[{"role":"user","content":"x"},{"role":"assistant","content":{{content}}}]}""");

        AssertJson(details, request.Body["messages"]![1]!["reasoning_details"]!);
        AssertJson("""[{"type":"text","text":"Hi","citations":null}]""", request.Native.Body!["messages"]![1]!["content"]!);
    }

    [Theory]
    [InlineData("lakehouse-v1:no base64")]
    [InlineData("lakehouse-v1:bm8gSlNPTg==")]
    public void Seal_that_was_broken_is_named(string data)
    {
        var problem = Assert.Throws<ApiError>(() => AnthropicCalls.Parse($$"""{"model":"m","max_tokens":5,"messages":[{"role":"assistant","content":[{"type":"redacted_thinking","data":"{{data}}"}]}]}"""));

        Assert.Equal("messages.0.content.0.data", problem.Param);
    }

    [Fact]
    public void Tokens_are_estimated_from_all_that_is_sent()
    {
        var body = AnthropicCalls.Parse("""
            {"model":"m","system":"12345678","tools":[{"name":"f","input_schema":{"type":"object"}}],
             "messages":[{"role":"user","content":[{"type":"text","text":"1234"},{"type":"image","source":{"type":"url","url":"https://example.org/a.png"}}]}]}
            """, counting: true).Body;

        var tools = body["tools"]!.ToJsonString().Length;

        AssertJson($$"""{"input_tokens":{{((tools + 12 + 3) / 4) + 1568}}}""", AnthropicCount.Of(body));
    }
}
