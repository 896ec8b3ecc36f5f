using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Lakehouse.Testing;

namespace Lakehouse.AppHost.Tests.Demo;

public sealed class ScriptedModelTests : IAsyncLifetime
{
    private static readonly string[] Counters = ["total_duration", "load_duration", "prompt_eval_count", "prompt_eval_duration", "eval_count", "eval_duration"];

    private readonly int _port = FreePort.Next();
    private readonly HttpClient _http;
    private ChildProcess? _model;

    public ScriptedModelTests() => _http = new HttpClient(new HttpClientHandler()) { BaseAddress = new Uri($"http://127.0.0.1:{_port}") };

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _model = ChildProcess.StartAssembly(Built.Assembly("Lakehouse.AppHost"), ["engine", "model", "--port", $"{_port}"]);
        await _model.WaitForLineAsync($"ready model {_port}", Cancelled);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _model!.DisposeAsync();
    }

    [Fact]
    public async Task Chat_streams_one_object_a_line_unless_told_otherwise()
    {
        using var reply = await PostAsync("""{"model":"scripted","messages":[{"role":"user","content":"hello"}]}""");
        var lines = (await reply.Content.ReadAsStringAsync(Cancelled)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!.AsObject()).ToList();

        Assert.Equal("application/x-ndjson", reply.Content.Headers.ContentType?.MediaType);
        Assert.True(lines.Count > 2);
        Assert.All(lines, line => Assert.Equal(("scripted", "assistant"), (line["model"]!.GetValue<string>(), line["message"]!["role"]!.GetValue<string>())));
        Assert.All(lines[..^1], line => Assert.Equal(["model", "created_at", "message", "done"], line.Select(field => field.Key)));
        Assert.All(lines[..^1], line => Assert.False(line["done"]!.GetValue<bool>()));
        Assert.StartsWith("(scripted, no AI) ", string.Concat(lines.Select(line => line["message"]!["content"]!.GetValue<string>())), StringComparison.Ordinal);
        AssertEnd(lines[^1], "stop");
        Assert.Equal("", lines[^1]["message"]!["content"]!.GetValue<string>());
    }

    [Fact]
    public async Task Chat_without_a_stream_is_one_object_with_the_same_text()
    {
        var prompt = BotPrompt.For(DemoRepository.Gaps[0]);
        var request = new JsonObject { ["model"] = "scripted:latest", ["format"] = "json", ["think"] = "low", ["options"] = new JsonObject { ["temperature"] = 0.2 }, ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = prompt }) };
        using var streamed = await PostAsync(request.ToJsonString());
        request["stream"] = false;

        using var reply = await PostAsync(request.ToJsonString());
        var whole = JsonNode.Parse(await reply.Content.ReadAsStringAsync(Cancelled))!.AsObject();

        Assert.Equal("application/json", reply.Content.Headers.ContentType?.MediaType);
        AssertEnd(whole, "stop");
        var content = whole["message"]!["content"]!.GetValue<string>();
        Assert.Equal(3, JsonNode.Parse(content)!["files"]!.AsArray().Count);
        Assert.Equal(content, string.Concat((await streamed.Content.ReadAsStringAsync(Cancelled)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!["message"]!["content"]!.GetValue<string>())));
        Assert.Equal((content.Length + 3) / 4, whole["eval_count"]!.GetValue<int>());
        Assert.Equal((prompt.Length + 3) / 4, whole["prompt_eval_count"]!.GetValue<int>());
    }

    [Fact]
    public async Task Chat_beyond_num_predict_is_cut_and_says_so()
    {
        using var reply = await PostAsync("""{"model":"scripted","stream":false,"options":{"num_predict":5},"messages":[{"role":"user","content":"hello"}]}""");
        var whole = JsonNode.Parse(await reply.Content.ReadAsStringAsync(Cancelled))!.AsObject();

        AssertEnd(whole, "length");
        Assert.Equal(5, whole["eval_count"]!.GetValue<int>());
        Assert.Equal(20, whole["message"]!["content"]!.GetValue<string>().Length);
    }

    [Theory]
    [InlineData("\"json\"")]
    [InlineData("""{"type":"object"}""")]
    public async Task Chat_that_asks_for_json_gets_json(string format)
    {
        using var reply = await PostAsync($$"""{"model":"scripted","stream":false,"format":{{format}},"messages":[{"role":"user","content":"hello"}]}""");
        var content = JsonNode.Parse(await reply.Content.ReadAsStringAsync(Cancelled))!["message"]!["content"]!.GetValue<string>();

        Assert.Contains("scripted, no AI", JsonNode.Parse(content)!["cannot"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chat_without_messages_loads_the_model()
    {
        using var reply = await PostAsync("""{"model":"scripted","stream":false}""");

        AssertEnd(JsonNode.Parse(await reply.Content.ReadAsStringAsync(Cancelled))!.AsObject(), "load");
    }

    [Theory]
    [InlineData("""{"model":"llama3","messages":[]}""", HttpStatusCode.NotFound, "model \"llama3\" not found")]
    [InlineData("""{"messages":[]}""", HttpStatusCode.BadRequest, "model is required")]
    [InlineData("""{"model":"scripted","messages":"hello"}""", HttpStatusCode.BadRequest, "messages")]
    [InlineData("""{"model":""", HttpStatusCode.BadRequest, "")]
    [InlineData("null", HttpStatusCode.BadRequest, "missing request body")]
    [InlineData("", HttpStatusCode.BadRequest, "missing request body")]
    public async Task Chat_that_is_wrong_gets_an_error_object(string body, HttpStatusCode status, string error)
    {
        using var reply = await PostAsync(body);

        Assert.Equal(status, reply.StatusCode);
        var field = Assert.Single(JsonNode.Parse(await reply.Content.ReadAsStringAsync(Cancelled))!.AsObject());
        Assert.Equal("error", field.Key);
        Assert.Contains(error, field.Value!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Model_list_says_that_the_model_is_a_script()
    {
        var tags = (await _http.GetFromJsonAsync<JsonObject>("/api/tags", Cancelled))!;
        using var show = await _http.PostAsJsonAsync("/api/show", new { model = "scripted" }, Cancelled);
        using var unknown = await _http.PostAsJsonAsync("/api/show", new { model = "llama3" }, Cancelled);

        var model = tags["models"]!.AsArray().Single()!;
        Assert.Equal(("scripted:latest", "scripted, no AI"), (model["name"]!.GetValue<string>(), model["details"]!["family"]!.GetValue<string>()));
        Assert.Equal("scripted, no AI", (await show.Content.ReadFromJsonAsync<JsonObject>(Cancelled))!["details"]!["family"]!.GetValue<string>());
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        Assert.Contains("scripted", (await _http.GetFromJsonAsync<JsonObject>("/api/version", Cancelled))!["version"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_names_the_model_and_what_it_is()
    {
        var health = (await _http.GetFromJsonAsync<JsonObject>("/health", Cancelled))!;

        Assert.Equal(("healthy", "scripted", "scripted, no AI"), (health["status"]!.GetValue<string>(), health["model"]!.GetValue<string>(), health["note"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Route_that_is_not_played_says_which_are()
    {
        using var reply = await _http.PostAsJsonAsync("/api/embed", new { model = "scripted" }, Cancelled);

        Assert.Equal(HttpStatusCode.NotFound, reply.StatusCode);
        Assert.Contains("/api/chat", (await reply.Content.ReadFromJsonAsync<JsonObject>(Cancelled))!["error"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Port_that_is_taken_is_a_sentence_and_an_exit_code()
    {
        await using var second = ChildProcess.StartAssembly(Built.Assembly("Lakehouse.AppHost"), ["engine", "model", "--port", $"{_port}"]);

        Assert.Equal(1, await second.WaitForExitAsync(Cancelled));
        Assert.Contains($"could not listen on 127.0.0.1:{_port}", second.Output, StringComparison.Ordinal);
    }

    private static void AssertEnd(JsonObject end, string reason)
    {
        Assert.True(end["done"]!.GetValue<bool>());
        Assert.Equal(reason, end["done_reason"]!.GetValue<string>());
        Assert.All(Counters, counter => Assert.True(end[counter]!.GetValue<long>() >= 0));
        Assert.Equal(TimeSpan.Zero, end["created_at"]!.GetValue<DateTimeOffset>().Offset);
    }

    private Task<HttpResponseMessage> PostAsync(string body) => _http.PostAsync("/api/chat", new StringContent(body), Cancelled);
}
