using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;
using static Lakehouse.Gateway.Tests.Providers.Claude.ClaudeReplyTests;

namespace Lakehouse.Gateway.Tests.Providers.Gemini;

/// <summary>Nothing below the top level is dropped in silence, neither of a request nor of a reply.</summary>
public sealed class GeminiFieldTests
{
    private const string Metadata = """
        "safetyRatings":[{"category":"HARM_CATEGORY_HATE_SPEECH","probability":"LOW"}],"groundingMetadata":{"webSearchQueries":["otters"]}
        """;

    [Theory]
    [InlineData("""{"role":"user","content":"x","mood":"good"}""", "messages[0].mood")]
    [InlineData("""{"role":"user","content":"x","name":"Ann"}""", "messages[0].name")]
    [InlineData("""{"role":"user","content":[{"type":"text","text":"x","mood":1}]}""", "messages[0].content[0].mood")]
    [InlineData("""{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,QQ=="},"mood":1}]}""", "messages[0].content[0].mood")]
    [InlineData("""{"role":"assistant","content":"x","audio":{"id":"a"}}""", "messages[0].audio")]
    [InlineData("""{"role":"user","content":"x","is_error":true}""", "messages[0].is_error")]
    [InlineData("""{"role":"assistant","content":"x","function_call":{"name":"f"}}""", "messages[0].function_call")]
    public void Unknown_field_of_a_message_is_refused_by_its_name(string message, string param)
    {
        var problem = Assert.Throws<ApiError>(() => GeminiDriver.Prepare($$"""{"messages":[{{message}}]}"""));

        Assert.Equal((400, param), (problem.Status, problem.Param));
        Assert.Contains("which Gemini cannot express", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"type":"function","mood":1,"function":{"name":"f"}}""", "tools[0].mood")]
    [InlineData("""{"type":"function","function":{"name":"f","mood":1}}""", "tools[0].function.mood")]
    public void Unknown_field_of_a_tool_is_refused_by_its_name(string tool, string param) =>
        Assert.Equal(param, Assert.Throws<ApiError>(() => GeminiDriver.Prepare($$"""{"messages":[{"role":"user","content":"x"}],"tools":[{{tool}}]}""")).Param);

    [Fact]
    public void Marks_for_a_cache_and_what_describes_other_vendors_replies_are_left_out()
    {
        var sent = GeminiDriver.Body("""
            {"messages":[{"role":"system","content":[{"type":"text","text":"s","cache_control":{"type":"ephemeral"}}]},{"role":"user","content":"x"},
              {"role":"assistant","content":"y","refusal":null,"annotations":[{"type":"url_citation"}],"anthropic_content":[{"type":"text","text":"y"}],"reasoning_details":[{"type":"reasoning.text","text":"hm","signature":"s"}]},
              {"role":"user","content":"z"}],
             "tools":[{"type":"function","function":{"name":"f"},"cache_control":{"type":"ephemeral"},"eager_input_streaming":true}]}
            """);

        AssertJson("""[{"role":"user","parts":[{"text":"x"}]},{"role":"model","parts":[{"text":"y"}]},{"role":"user","parts":[{"text":"z"}]}]""", sent["contents"]!);
        AssertJson("""[{"functionDeclarations":[{"name":"f"}]}]""", sent["tools"]!);
    }

    [Theory]
    [InlineData("it broke", """{"error":"it broke"}""")]
    [InlineData("""{\"code\":7}""", """{"error":{"code":7}}""")]
    [InlineData("""{\"error\":\"no\"}""", """{"error":"no"}""")]
    public void Failure_of_a_tool_is_told_as_one(string content, string response)
    {
        var sent = GeminiDriver.Body($$$"""
            {"messages":[{"role":"user","content":"x"},{"role":"assistant","content":"","tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{}"}}]},
              {"role":"tool","tool_call_id":"a","content":"{{{content}}}","is_error":true}]}
            """);

        AssertJson(response, sent["contents"]![2]!["parts"]![0]!["functionResponse"]!["response"]!);
    }

    [Fact]
    public async Task Citations_are_annotations_and_what_else_is_said_goes_along()
    {
        await using var gemini = await GeminiDriver.StartAsync(Replay.AnswerText($$$"""
            {"candidates":[{"content":{"parts":[{"text":"Grüße, world"}]},"finishReason":"STOP",{{{Metadata}}},
              "citationMetadata":{"citationSources":[{"startIndex":9,"endIndex":14,"uri":"https://example.org/a","license":"mit"},{"startIndex":0,"endIndex":7}]}}]}
            """));

        var reply = await gemini.ChatAsync();

        AssertJson("""[{"type":"url_citation","url_citation":{"start_index":7,"end_index":12,"title":"","url":"https://example.org/a"}}]""", reply.Message["annotations"]!);
        AssertJson($$$"""
            {"google": { {{{Metadata}}},"citationMetadata":{"citationSources":[{"startIndex":9,"endIndex":14,"uri":"https://example.org/a","license":"mit"},{"startIndex":0,"endIndex":7}]}} }
            """, reply.Extra!["extra_content"]!);
    }

    [Fact]
    public async Task Stream_says_the_same_at_its_end()
    {
        await using var gemini = await GeminiDriver.StartAsync(Replay.AnswerText($$$"""
            data: {"candidates":[{"content":{"parts":[{"text":"Grüße, "}]},"safetyRatings":[{"category":"HARM_CATEGORY_HATE_SPEECH","probability":"NEGLIGIBLE"}]}]}

            data: {"candidates":[{"content":{"parts":[{"text":"world"}]},"citationMetadata":{"citationSources":[{"startIndex":9,"endIndex":14,"uri":"https://example.org/a"}]}}]}

            data: {"candidates":[{"content":{"parts":[{"text":""}]},"finishReason":"STOP",{{{Metadata.Trim()}}} }]}


            """, "stream.sse"));

        var end = (await gemini.StreamAsync())[^1];

        AssertJson("""{"annotations":[{"type":"url_citation","url_citation":{"start_index":7,"end_index":12,"title":"","url":"https://example.org/a"}}]}""", end.Delta!);
        AssertJson($$$"""{"google": { {{{Metadata}}},"citationMetadata":{"citationSources":[{"startIndex":9,"endIndex":14,"uri":"https://example.org/a"}]}} }""", end.Extra!["extra_content"]!);
    }
}
