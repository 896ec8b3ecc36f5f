using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Tests.Knowledge.Memory;
using Lakehouse.Gateway.Tests.Security;
using Lakehouse.Testing;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Trace;

namespace Lakehouse.Gateway.Tests.Knowledge.Profiles;

/// <summary>One gateway and one vendor for a class of tests, each of which has profiles of its own name.</summary>
public sealed class ProfileHouse(TestPostgres postgres) : IAsyncLifetime
{
    /// <summary>A model that is told so looks up what follows, by the tool <c>memory_search</c>.</summary>
    internal const string LookUp = "Look up: ";

    private readonly CapturedSpans _spans = new();
    private GatewayApp _gateway = null!;
    private WebApplicationFactory<Program> _watched = null!;

    internal StubServer Model { get; private set; } = null!;

    internal HttpClient Bot { get; private set; } = null!;

    internal HttpClient Operator { get; private set; } = null!;

    internal string Database => _gateway.Database;

    internal IEnumerable<string> Spans => _spans.Texts;

    /// <summary>Held back until this is completed.</summary>
    internal Task Gate { get; set; } = Task.CompletedTask;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Model = await OllamaStub.StartAsync(AnswerAsync);
        _gateway = await GatewayApp.StartAsync(postgres, Model.Url, settings: new()
        {
            ["Budgets:Consumers:bot:Calls"] = "10000", ["Budgets:Consumers:bot:Tokens"] = "100000000", ["Keys:operator"] = MemoryCalls.OperatorKey,
            ["Retrieval:EmbeddingModel"] = "ollama/vectors", ["Retrieval:EmbedInterval"] = "00:00:00.100",
        });
        _watched = _gateway.WithWebHostBuilder(host => host.ConfigureServices(services => services.ConfigureOpenTelemetryTracerProvider(tracing => tracing.AddProcessor(_spans))));
        (Bot, Operator) = (As(GatewayApp.BotKey), As(MemoryCalls.OperatorKey));
    }

    public async ValueTask DisposeAsync()
    {
        Bot.Dispose();
        Operator.Dispose();
        await _watched.DisposeAsync();
        await _gateway.DisposeAsync();
        await Model.DisposeAsync();
    }

    internal HttpClient As(string key)
    {
        var client = _watched.CreateClient();
        client.DefaultRequestHeaders.Authorization = new("Bearer", key);
        return client;
    }

    internal async Task<(HttpStatusCode Status, JsonNode Answer)> PutAsync(string path, string body, HttpClient? client = null)
    {
        using var response = await (client ?? Operator).PutAsync($"/v1/profiles/{path}", new StringContent(body, Encoding.UTF8, "application/json"), Cancelled);
        return (response.StatusCode, await response.JsonAsync());
    }

    internal async Task StoreAsync(string path, string settings, params string[] taskClasses)
    {
        var (status, answer) = await PutAsync(path, new JsonObject { ["settings"] = JsonNode.Parse(settings), ["task_classes"] = new JsonArray([.. taskClasses.Select(task => (JsonNode)task)]) }.ToJsonString());
        Assert.True(status == HttpStatusCode.OK, answer.ToJsonString());
    }

    internal async Task<(HttpStatusCode Status, JsonNode Answer)> PostAsync(string path, string body = "{}")
    {
        using var response = await Operator.PostAsync($"/v1/profiles/{path}", new StringContent(body, Encoding.UTF8, "application/json"), Cancelled);
        return (response.StatusCode, await response.JsonAsync());
    }

    /// <returns>What the model was sent, and the header that names the profiles.</returns>
    internal async Task<(JsonNode Sent, string Profiles)> ChatAsync(string? profile, string said = "Say hello.", string? taskClass = null, bool stream = false, Action<JsonObject>? also = null)
    {
        var body = new JsonObject { ["model"] = "scripted", ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = said }), ["stream"] = stream };
        (body["profile"], body["task_class"]) = (profile is ['{', ..] ? JsonNode.Parse(profile) : profile, taskClass);
        also?.Invoke(body);
        using var response = await Bot.ChatAsync(body);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(Cancelled));
        await response.Content.ReadAsStringAsync(Cancelled);
        var sent = Model.Requests.Select(request => JsonNode.Parse(request.Body)!).Last(request => request["messages"]?[0]?["content"]?.ToString() == said || request["messages"]?.AsArray().Any(message => message!["content"]?.ToString() == said) == true);
        return (sent, response.Headers.TryGetValues("x-lakehouse-profile", out var values) ? values.Single() : "");
    }

    internal Task EmbeddedAsync() => Eventually.TrueAsync(async () =>
    {
        await using var connection = new Npgsql.NpgsqlConnection(Database);
        await connection.OpenAsync(Cancelled);
        await using var ask = new Npgsql.NpgsqlCommand("select not exists (select from gateway.memories where valid_to is null and embedding_model is null)", connection);
        return (bool)(await ask.ExecuteScalarAsync(Cancelled))!;
    }, Cancelled);

    private async Task AnswerAsync(HttpContext context, JsonNode request)
    {
        if (request["input"] is { } input)
        {
            // all texts mean the same: only vectors find what has no common word
            var count = input is JsonArray list ? list.Count : 1;
            await context.Response.WriteAsync(new JsonObject { ["model"] = "vectors", ["embeddings"] = new JsonArray([.. Enumerable.Range(0, count).Select(_ => (JsonNode)new JsonArray(1.0, 0.5))]), ["prompt_eval_count"] = 5 }.ToJsonString(), Cancelled);
            return;
        }

        if (request["tools"] is not null && request["messages"]!.AsArray().Any(message => message!["content"]?.ToString() == "Call for ever."))
        {
            await OllamaStub.LinesAsync(context, CallOf("lakehouse_current_time", []));
            return;
        }

        // a model that looks something up in the memory, once
        if (request["tools"] is not null && request["messages"]!.AsArray() is [var first, ..] messages && first!["content"]!.ToString() is var said && said.StartsWith(LookUp, StringComparison.Ordinal)
            && !messages.Any(message => message!["role"]!.ToString() == "tool"))
        {
            await OllamaStub.LinesAsync(context, CallOf("lakehouse_memory_search", new() { ["query"] = said[LookUp.Length..], ["limit"] = 20 }));
            return;
        }

        await Gate.WaitAsync(context.RequestAborted);
        await OllamaStub.HelloAsync(context, request);
    }

    private static string CallOf(string tool, JsonObject arguments) => new JsonObject
    {
        ["model"] = "scripted", ["done"] = true, ["done_reason"] = "stop", ["prompt_eval_count"] = 3, ["eval_count"] = 4,
        ["message"] = new JsonObject { ["role"] = "assistant", ["content"] = "", ["tool_calls"] = new JsonArray(new JsonObject { ["function"] = new JsonObject { ["name"] = tool, ["arguments"] = arguments } }) },
    }.ToJsonString();
}
