using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Providers;
using Lakehouse.Gateway.Providers.Ollama;
using Lakehouse.Gateway.Providers.Upstream;

namespace Lakehouse.Gateway.Tests.Providers.Ollama;

public sealed class OllamaTests() : ProviderContract("ollama", ".ndjson")
{
    private protected override ProviderFailure ErrorInStream => ProviderFailure.Unavailable;

    private protected override IModelProvider Adapt(UpstreamClient upstream) => new OllamaProvider(upstream);

    [Fact]
    public async Task Whole_reply_keeps_what_the_vendor_said()
    {
        await using var driver = await DriveAsync("whole.json");

        var reply = await driver.ChatAsync();

        Assert.Equal("/api/chat", driver.Asked.PathAndQuery);
        Assert.Equal("qwen3:8b", reply.Model);
        Assert.Equal("""{"role":"assistant","content":"Hello! How are you today?"}""", reply.Message.ToJsonString());
        Assert.Equal("stop", reply.FinishReason);
        Assert.Equal(new ModelUsage(26, 282), reply.Usage);
        Assert.Equal(["total_duration", "load_duration", "prompt_eval_duration", "eval_duration"], reply.Extra!.Select(field => field.Key));
        Assert.Null(reply.Logprobs);
    }

    [Fact]
    public async Task Stream_has_its_text_reason_and_usage()
    {
        await using var driver = await DriveAsync("stream.ndjson");

        var chunks = await driver.StreamAsync();

        Assert.Equal("Grüße, 世界 😀!", chunks.Text());
        Assert.Equal("stop", chunks[^1].FinishReason);
        Assert.Equal(new ModelUsage(26, 282), chunks[^1].Usage);
        Assert.Null(chunks[^1].Delta);
    }

    [Fact]
    public async Task Tool_calls_get_ids_and_texts_of_arguments()
    {
        await using var one = await DriveAsync("tool.json");
        await using var two = await DriveAsync("tools.json");
        await using var streamed = await DriveAsync("tools.ndjson");

        var first = await one.ChatAsync();
        var both = (await two.ChatAsync()).Message;
        var chunks = await streamed.StreamAsync();

        Assert.Equal("tool_calls", first.FinishReason);
        var call = Assert.Single(first.Message["tool_calls"]!.AsArray())!;
        Assert.Equal(["id", "type", "function"], call.AsObject().Select(field => field.Key));
        Assert.Equal("call_x1", call["id"]!.ToString());
        Assert.Equal("""{"format":"celsius","location":"Paris, FR"}""", call["function"]!["arguments"]!.ToString());
        Assert.Equal("two sums", both["reasoning_content"]!.ToString());
        Assert.Equal(2, both["tool_calls"]!.AsArray().Select(call => call!["id"]!.ToString()).Where(id => id.StartsWith("call_", StringComparison.Ordinal)).Distinct().Count());
        Assert.Equal([0, 1], chunks.Where(chunk => chunk.Delta is not null).Select(chunk => chunk.Delta!["tool_calls"]![0]!["index"]!.GetValue<int>()));
        Assert.Equal("tool_calls", chunks[^1].FinishReason);
    }

    [Fact]
    public async Task Thinking_is_reasoning_and_a_limit_is_a_length()
    {
        await using var whole = await DriveAsync("thinking.json");
        await using var streamed = await DriveAsync("thinking.ndjson");

        Assert.Equal("Compare the decimals.", (await whole.ChatAsync()).Message["reasoning_content"]!.ToString());
        var chunks = await streamed.StreamAsync();
        Assert.Equal("Compare decimals.", chunks.Text("reasoning_content"));
        Assert.Equal("9.11", chunks.Text());
        Assert.Equal("length", chunks[^1].FinishReason);
    }

    [Fact]
    public async Task Probabilities_and_the_host_behind_are_kept()
    {
        await using var first = await DriveAsync("logprobs.json");
        await using var cloud = await DriveAsync("cloud.json");

        var reply = await first.ChatAsync("""{"logprobs":true,"top_logprobs":1,"messages":[{"role":"user","content":"x"}]}""");

        Assert.Equal((true, 1), (first.Sent["logprobs"]!.GetValue<bool>(), first.Sent["top_logprobs"]!.GetValue<int>()));
        Assert.Equal("""{"content":[{"token":"Hi","logprob":-0.25,"bytes":[72,105],"top_logprobs":[{"token":"Hi","logprob":-0.25,"bytes":[72,105]}]}],"refusal":null}""", reply.Logprobs!.ToJsonString());
        Assert.Equal("gpt-oss:120b", (await cloud.ChatAsync()).Extra!["remote_model"]!.ToString());
    }

    [Fact]
    public async Task Model_that_was_only_loaded_says_so()
    {
        await using var driver = await DriveAsync("load.json");

        var reply = await driver.ChatAsync();

        Assert.Equal("stop", reply.FinishReason);
        Assert.Equal("""{"native_finish_reason":"load"}""", reply.Extra!.ToJsonString());
        Assert.Equal(ModelUsage.Unknown, reply.Usage);
    }

    [Theory]
    [InlineData(404, "error404.json", "ModelNotFound")]
    [InlineData(429, "error429-limit.json", "Quota")]
    [InlineData(200, "error500.json", "Unavailable")]
    public async Task Error_is_told_apart_by_status_and_body(int status, string file, string failure)
    {
        await using var driver = await DriveAsync(file, status);

        Assert.Equal(failure, (await driver.FailsAsync(stream: false)).Failure.ToString());
    }

    [Fact]
    public async Task Request_says_everything_that_Ollama_can()
    {
        await using var driver = await DriveAsync("whole.json");

        await driver.ChatAsync("""
            {"temperature":0.5,"stop":"END","keep_alive":"5m","modalities":["text"],"parallel_tool_calls":true,"logit_bias":{},"reasoning_effort":"minimal",
             "messages":[{"role":"developer","content":"brief"},
               {"role":"user","content":[{"type":"text","text":"see"},{"type":"image_url","image_url":{"url":"data:image/png;base64,QUJD","detail":"auto"}}]},
               {"role":"assistant","content":null,"refusal":null,"reasoning_content":"hm","tool_calls":[{"id":"call_1","type":"function","function":{"name":"sum","arguments":"{\"a\":1}"}}]},
               {"role":"tool","tool_call_id":"call_1","content":"1"},
               {"role":"assistant","content":null,"refusal":"I cannot.","tool_calls":[]}]}
            """);

        Assert.Equal("""{"temperature":0.5,"stop":["END"],"num_predict":50}""", driver.Sent["options"]!.ToJsonString());
        Assert.Equal(("5m", "low"), (driver.Sent["keep_alive"]!.ToString(), driver.Sent["think"]!.ToString()));
        Assert.Equal([
            """{"role":"system","content":"brief"}""",
            """{"role":"user","content":"see","images":["QUJD"]}""",
            """{"role":"assistant","content":"","thinking":"hm","tool_calls":[{"id":"call_1","function":{"index":0,"name":"sum","arguments":{"a":1}}}]}""",
            """{"role":"tool","content":"1","tool_call_id":"call_1","tool_name":"sum"}""",
            """{"role":"assistant","content":"I cannot.","tool_calls":[]}""",
        ], driver.Sent["messages"]!.AsArray().Select(message => message!.ToJsonString()));
    }

    [Theory]
    [InlineData("""{"reasoning_effort":"none"}""", null, "false")]
    [InlineData("""{"reasoning_effort":"high"}""", null, "\"high\"")]
    [InlineData("""{"reasoning_effort":"high"}""", "false", "false")]
    [InlineData("{}", "\"low\"", "\"low\"")]
    [InlineData("{}", null, null)]
    public async Task Think_is_what_was_asked(string body, string? think, string? sent)
    {
        await using var driver = await DriveAsync("whole.json");
        var asked = ProviderDriver.Json(body);
        asked["messages"] = ProviderDriver.Hello()["messages"]!.DeepClone();

        await driver.ChatAsync(driver.Call(asked, think: think is null ? null : JsonNode.Parse(think)));

        Assert.Equal(sent, driver.Sent["think"]?.ToJsonString());
    }

    [Theory]
    [InlineData("""{"tool_choice":"required"}""", "tool_choice")]
    [InlineData("""{"tool_choice":{"type":"function","function":{"name":"sum"}}}""", "tool_choice")]
    [InlineData("""{"parallel_tool_calls":false}""", "parallel_tool_calls")]
    [InlineData("""{"modalities":["text","audio"]}""", "modalities")]
    [InlineData("""{"logit_bias":{"1":2}}""", "logit_bias")]
    [InlineData("""{"verbosity":"low"}""", "verbosity")]
    [InlineData("""{"provider":{"order":["together"]}}""", "provider")]
    [InlineData("""{"reasoning_effort":"xhigh"}""", "reasoning_effort")]
    [InlineData("""{"response_format":"json"}""", "response_format")]
    [InlineData("""{"response_format":{"type":"json_schema","json_schema":1}}""", "response_format.json_schema.schema")]
    [InlineData("""{"tools":[{"type":"custom","custom":{"name":"x"}}]}""", "tools[0].type")]
    [InlineData("""{"messages":[{"role":"user","name":"Ann","content":"x"}]}""", "messages[0].name")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"input_audio"}]}]}""", "messages[0].content[0].type")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://host/a.png"}}]}]}""", "messages[0].content[0].image_url.url")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,QUJD","detail":"low"}}]}]}""", "messages[0].content[0].image_url.detail")]
    [InlineData("""{"messages":[{"role":"assistant","content":null,"tool_calls":["x"]}]}""", "messages[0].tool_calls[0].function.name")]
    public async Task What_Ollama_cannot_say_is_refused_by_name(string body, string field)
    {
        await using var driver = await DriveAsync("whole.json");
        var asked = ProviderDriver.Json(body);
        asked.TryAdd("messages", ProviderDriver.Hello()["messages"]!.DeepClone());

        Assert.Equal(field, Assert.Throws<ApiError>(() => driver.Adapter.Prepare(driver.Call(asked))).Param);
        Assert.Equal(0, driver.Requests);
    }

    [Fact]
    public async Task Models_are_listed()
    {
        await using var driver = await DriveAsync("tags.json");

        var model = Assert.Single(await driver.ListAsync());

        Assert.Equal("GET /api/tags", $"{driver.Asked.Method} {driver.Asked.PathAndQuery}");
        Assert.Equal("qwen3:8b", model.Id);
        Assert.Equal(new DateTimeOffset(2026, 5, 10, 15, 6, 48, TimeSpan.Zero), model.Created!.Value, TimeSpan.FromSeconds(1));
        Assert.Null(model.ContextTokens);
    }

    [Fact]
    public async Task Embeddings_are_made_of_whole_texts()
    {
        await using var driver = await DriveAsync("embed.json");

        var reply = await driver.EmbedAsync("""{"input":["a","b"],"dimensions":2,"encoding_format":"base64"}""");

        Assert.Equal("/api/embed", driver.Asked.PathAndQuery);
        Assert.Equal("""{"model":"scripted","input":["a","b"],"dimensions":2,"truncate":false}""", driver.Asked.Body);
        Assert.Equal([0.0101f, -0.0017f], reply.Vectors[0]);
        Assert.Equal([-0.0098f, 0.06f], reply.Vectors[1]);
        Assert.Equal(new ModelUsage(8, 0), reply.Usage);
        Assert.Equal("all-minilm", reply.Model);
    }

    [Theory]
    [InlineData("""{"embeddings":[[1]]}""")]
    [InlineData("""{"embeddings":[[1],"x"]}""")]
    [InlineData("{}")]
    public async Task Embeddings_that_are_not_one_for_each_input_are_a_failure(string answer)
    {
        await using var driver = await ProviderDriver.StartAsync(Adapt, Replay.AnswerText(answer));

        var problem = await Assert.ThrowsAsync<ProviderException>(() => driver.EmbedAsync("""{"input":["a","b"]}"""));

        Assert.Equal(ProviderFailure.Protocol, problem.Failure);
    }

    [Theory]
    [InlineData("""{"input":[1,2]}""")]
    [InlineData("""{"input":[[1,2]]}""")]
    public async Task Embeddings_of_tokens_are_refused(string body)
    {
        await using var driver = await DriveAsync("embed.json");

        Assert.Equal("input", Assert.Throws<ApiError>(() => driver.Adapter.PrepareEmbedding(driver.Call(ProviderDriver.Json(body)))).Param);
    }
}
