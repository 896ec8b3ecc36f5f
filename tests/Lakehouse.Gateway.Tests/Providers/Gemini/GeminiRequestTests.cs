using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;

namespace Lakehouse.Gateway.Tests.Providers.Gemini;

public sealed class GeminiRequestTests
{
    [Fact]
    public void Text_and_sampling_are_mapped_exactly()
    {
        var sent = GeminiDriver.Body("""
            {"temperature":0.5,"top_p":0.9,"top_k":40,"seed":7,"stop":["a","b"],"presence_penalty":0.1,"frequency_penalty":-0.2,"logprobs":true,"top_logprobs":3,
             "max_tokens":5000,"stream":true,"stream_options":{"include_usage":true},"n":1,"user":"u","metadata":{"a":"b"},"store":false,"service_tier":"auto","prompt_cache_key":"k","safety_identifier":"s",
             "logit_bias":{},"messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Hi"},{"role":"developer","content":[{"type":"text","text":"In English."}]}]}
            """);

        Assert.Equal("""
            {"contents":[{"role":"user","parts":[{"text":"Hi"}]}],"systemInstruction":{"parts":[{"text":"Be brief."},{"text":"In English."}]},"generationConfig":{"maxOutputTokens":100,"temperature":0.5,"topP":0.9,"topK":40,"seed":7,"presencePenalty":0.1,"frequencyPenalty":-0.2,"responseLogprobs":true,"logprobs":3,"stopSequences":["a","b"]}}
            """, sent.ToJsonString());
    }

    [Theory]
    [InlineData("gemini-2.5-flash", false, "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:generateContent")]
    [InlineData("models/gemini-2.5-flash", true, "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse")]
    [InlineData("../files?key=x#", false, "https://generativelanguage.googleapis.com/v1beta/models/..%2Ffiles%3Fkey%3Dx%23:generateContent")]
    public void Model_goes_into_the_path(string model, bool stream, string url) =>
        Assert.Equal(url, GeminiDriver.Prepare("""{"messages":[{"role":"user","content":"Hi"}]}""", model, stream: stream).Url.AbsoluteUri);

    [Fact]
    public void Neighbours_of_one_role_are_one_turn()
    {
        var turns = GeminiDriver.Body("""
            {"messages":[{"role":"user","content":"a"},{"role":"user","content":"b"},{"role":"assistant","content":"c"},{"role":"assistant","content":"d"},{"role":"user","content":"e"}]}
            """)["contents"]!;

        Assert.Equal("""[{"role":"user","parts":[{"text":"a"},{"text":"b"}]},{"role":"model","parts":[{"text":"c"},{"text":"d"}]},{"role":"user","parts":[{"text":"e"}]}]""", turns.ToJsonString());
    }

    [Fact]
    public void Pictures_sound_and_documents_are_mapped()
    {
        var sent = GeminiDriver.Body("""
            {"messages":[{"role":"user","content":[{"type":"text","text":"see"},
              {"type":"image_url","image_url":{"url":"data:image/png;base64,QUJD","detail":"low"}},
              {"type":"image_url","image_url":{"url":"https://example.org/a/b.JPG?sig=1","detail":"auto"}},
              {"type":"input_audio","input_audio":{"data":"UklG","format":"wav"}},
              {"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,JVBE"}},
              {"type":"video_url","video_url":{"url":"data:video/mp4;codecs=avc1;base64,AAAA"}}]}]}
            """);

        Assert.Equal(
            """[{"text":"see"},{"inlineData":{"mimeType":"image/png","data":"QUJD"}},{"fileData":{"mimeType":"image/jpeg","fileUri":"https://example.org/a/b.JPG?sig=1"}},{"inlineData":{"mimeType":"audio/wav","data":"UklG"}},{"inlineData":{"mimeType":"application/pdf","data":"JVBE"}},{"inlineData":{"mimeType":"video/mp4","data":"AAAA"}}]""",
            sent["contents"]![0]!["parts"]!.ToJsonString());
        Assert.Equal("MEDIA_RESOLUTION_LOW", sent["generationConfig"]!["mediaResolution"]!.ToString());
    }

    [Theory]
    [InlineData("""{"type":"json_object"}""", "\"application/json\"", null)]
    [InlineData("""{"type":"json_schema","json_schema":{"name":"n","strict":true,"schema":{"type":"object","additionalProperties":false}}}""", "\"application/json\"", """{"type":"object","additionalProperties":false}""")]
    [InlineData("""{"type":"text"}""", null, null)]
    public void Response_format_is_mapped(string format, string? type, string? schema)
    {
        var config = GeminiDriver.Body($$"""{"response_format":{{format}},"messages":[{"role":"user","content":"Hi"}]}""")["generationConfig"]!;

        Assert.Equal(type, config["responseMimeType"]?.ToJsonString());
        Assert.Equal(schema, config["responseJsonSchema"]?.ToJsonString());
    }

    [Theory]
    [InlineData("gemini-2.5-flash", "true", null, """{"includeThoughts":true,"thinkingBudget":-1}""")]
    [InlineData("gemini-2.5-flash", "false", null, """{"includeThoughts":false,"thinkingBudget":0}""")]
    [InlineData("gemini-2.5-pro", "\"low\"", null, """{"includeThoughts":true,"thinkingBudget":1024}""")]
    [InlineData("gemini-2.5-flash", "\"medium\"", null, """{"includeThoughts":true,"thinkingBudget":8192}""")]
    [InlineData("gemini-2.5-pro", "10000", null, """{"includeThoughts":true,"thinkingBudget":10000}""")]
    [InlineData("gemini-3.1-pro-preview", "10000", null, """{"includeThoughts":true,"thinkingLevel":"HIGH"}""")]
    [InlineData("gemini-2.5-flash", null, "high", """{"includeThoughts":true,"thinkingBudget":24576}""")]
    [InlineData("gemini-2.5-flash", null, "none", """{"includeThoughts":false,"thinkingBudget":0}""")]
    [InlineData("gemini-3-flash-preview", "true", null, """{"includeThoughts":true}""")]
    [InlineData("gemini-3-flash-preview", "false", null, """{"includeThoughts":false,"thinkingLevel":"MINIMAL"}""")]
    [InlineData("gemini-3-flash-preview", "\"medium\"", "high", """{"includeThoughts":true,"thinkingLevel":"MEDIUM"}""")]
    [InlineData("gemini-3.1-pro-preview", null, "minimal", """{"includeThoughts":true,"thinkingLevel":"LOW"}""")]
    [InlineData("gemini-3.1-pro-preview", null, "high", """{"includeThoughts":true,"thinkingLevel":"HIGH"}""")]
    [InlineData("gemini-3.1-pro-preview", null, null, null)]
    public void Thinking_is_a_budget_before_3_and_a_level_after(string model, string? think, string? effort, string? expected)
    {
        var request = new JsonObject { ["reasoning_effort"] = effort, ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = "Hi" }) };

        var config = GeminiDriver.Body(request.ToJsonString(), model, think is null ? null : JsonNode.Parse(think))["generationConfig"]!;

        Assert.Equal(expected, config["thinkingConfig"]?.ToJsonString());
    }

    [Theory]
    [InlineData("""{"extra_body":{"google":{"safety_settings":[{"category":"C","threshold":"BLOCK_NONE"}],"thinking_config":{"thinking_budget":5}}}}""")]
    [InlineData("""{"google":{"safetySettings":[{"category":"C","threshold":"BLOCK_NONE"}]},"thinkingConfig":{"thinking_budget":5}}""")]
    public void Settings_of_Gemini_itself_go_to_Gemini(string fields)
    {
        var request = JsonNode.Parse(fields)!.AsObject();
        request["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = "Hi" });

        var sent = GeminiDriver.Body(request.ToJsonString());

        Assert.Equal("""[{"category":"C","threshold":"BLOCK_NONE"}]""", sent["safetySettings"]!.ToJsonString());
        Assert.Equal("""{"thinking_budget":5}""", sent["generationConfig"]!["thinkingConfig"]!.ToJsonString());
        Assert.Null(sent["google"] ?? sent["extra_body"]);
    }

    [Theory]
    [InlineData("logit_bias", """{"logit_bias":{"1":5}}""")]
    [InlineData("prediction", """{"prediction":{"type":"content","content":"x"}}""")]
    [InlineData("audio", """{"audio":{"voice":"alloy"}}""")]
    [InlineData("modalities", """{"modalities":["text","audio"]}""")]
    [InlineData("web_search_options", """{"web_search_options":{"search_context_size":"low"}}""")]
    [InlineData("functions", """{"functions":[{"name":"f"}]}""")]
    [InlineData("function_call", """{"function_call":"auto"}""")]
    [InlineData("verbosity", """{"verbosity":"low"}""")]
    [InlineData("min_p", """{"min_p":0.1}""")]
    [InlineData("candidateCount", """{"candidateCount":8}""")]
    [InlineData("generationConfig", """{"generationConfig":{"candidateCount":8}}""")]
    [InlineData("google.candidate_count", """{"google":{"candidate_count":8}}""")]
    [InlineData("extra_body.google.cached_content", """{"extra_body":{"google":{"cached_content":"cachedContents/1"}}}""")]
    [InlineData("extra_body.other", """{"extra_body":{"other":1}}""")]
    [InlineData("google", """{"google":"x"}""")]
    [InlineData("stop", """{"stop":["1","2","3","4","5","6"]}""")]
    [InlineData("stop", """{"stop":[1]}""")]
    [InlineData("response_format.type", """{"response_format":{"type":"grammar"}}""")]
    [InlineData("response_format.json_schema.schema", """{"response_format":{"type":"json_schema"}}""")]
    [InlineData("reasoning_effort", """{"reasoning_effort":"xhigh"}""")]
    [InlineData("reasoning_effort", """{"reasoning_effort":"low","google":{"thinking_config":{"thinking_budget":1}}}""")]
    [InlineData("tools[0].type", """{"tools":[{"type":"custom","custom":{"name":"x"}}]}""")]
    [InlineData("tools[0].function.name", """{"tools":[{"type":"function"}]}""")]
    [InlineData("tool_choice", """{"tool_choice":"required"}""")]
    [InlineData("tool_choice", """{"tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"required","tools":[]}},"tools":[{"type":"function","function":{"name":"f"}}]}""")]
    [InlineData("parallel_tool_calls", """{"parallel_tool_calls":false,"tools":[{"type":"function","function":{"name":"f"}}]}""")]
    public void Field_that_Gemini_cannot_express_is_refused_by_name(string field, string request)
    {
        var body = JsonNode.Parse(request)!.AsObject();
        body["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = "Hi" });

        var problem = Assert.Throws<ApiError>(() => GeminiDriver.Body(body.ToJsonString()));

        Assert.Equal((400, field), (problem.Status, problem.Param));
        Assert.Contains(field, problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("messages", """{"role":"system","content":"x"}""")]
    [InlineData("messages[0].name", """{"role":"user","name":"ann","content":"x"}""")]
    [InlineData("messages[0].content[0].type", """{"role":"user","content":[{"type":"input_video"}]}""")]
    [InlineData("messages[0].content[0].type", """{"role":"system","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,QUJD"}}]}""")]
    [InlineData("messages[0].content[0].image_url.url", """{"role":"user","content":[{"type":"image_url","image_url":{"url":"http://example.org/a.png"}}]}""")]
    [InlineData("messages[0].content[0].image_url.url", """{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://example.org/a.pdf"}}]}""")]
    [InlineData("messages[0].content[0].image_url.detail", """{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,QUJD","detail":"best"}}]}""")]
    [InlineData("messages[0].content[1].image_url.detail", """{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,QUJD","detail":"low"}},{"type":"image_url","image_url":{"url":"data:image/png;base64,QUJD","detail":"high"}}]}""")]
    [InlineData("messages[0].content[0].input_audio.format", """{"role":"user","content":[{"type":"input_audio","input_audio":{"data":"QQ==","format":"pcm16"}}]}""")]
    [InlineData("messages[0].content[0].file.file_id", """{"role":"user","content":[{"type":"file","file":{"file_id":"file-1"}}]}""")]
    [InlineData("messages[0].content[0].file.file_data", """{"role":"user","content":[{"type":"file","file":{"file_data":"JVBE"}}]}""")]
    [InlineData("messages[0].audio", """{"role":"assistant","content":"x","audio":{"id":"a"}}""")]
    [InlineData("messages[0].function_call", """{"role":"assistant","content":"x","function_call":{"name":"f"}}""")]
    [InlineData("messages[0].tool_calls[0].function.name", """{"role":"assistant","content":null,"tool_calls":[{"id":"1"}]}""")]
    [InlineData("messages[0].tool_calls[0].function.arguments", """{"role":"assistant","content":null,"tool_calls":[{"id":"1","function":{"name":"f","arguments":"[1]"}}]}""")]
    [InlineData("messages[0].tool_calls[0].function.arguments", """{"role":"assistant","content":null,"tool_calls":[{"id":"1","function":{"name":"f","arguments":"{"}}]}""")]
    [InlineData("messages[0].tool_call_id", """{"role":"tool","content":"x"}""")]
    [InlineData("messages[0].tool_call_id", """{"role":"tool","tool_call_id":"call_9","content":"x"}""")]
    public void Message_that_Gemini_cannot_express_is_refused_by_name(string field, string message)
    {
        var problem = Assert.Throws<ApiError>(() => GeminiDriver.Body($$"""{"messages":[{{message}}]}"""));

        Assert.Equal((400, field), (problem.Status, problem.Param));
    }

    [Theory]
    [InlineData("gemini-2.5-pro")]
    [InlineData("gemini-3-pro-preview")]
    public void Model_that_always_thinks_is_not_told_to_stop(string model)
    {
        var problem = Assert.Throws<ApiError>(() => GeminiDriver.Body("""{"messages":[{"role":"user","content":"Hi"}]}""", model, JsonValue.Create(false)));

        Assert.Equal($"think is false, but {model} always thinks; accepted are low, medium, high.", problem.Message);
    }
}
