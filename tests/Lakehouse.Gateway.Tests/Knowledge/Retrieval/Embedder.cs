using System.Text.Json.Nodes;
using Lakehouse.Gateway.Tests.Knowledge.Memory;
using Lakehouse.Testing;
using Microsoft.AspNetCore.Http;

namespace Lakehouse.Gateway.Tests.Knowledge.Retrieval;

/// <summary>An embedding model to which all texts mean the same, and a gateway that has it.</summary>
internal static class Embedder
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>Answers chats as well.</summary>
    public static Task AnswerAsync(HttpContext context, JsonNode request) => request["input"] is { } input
        ? context.Response.WriteAsync(new JsonObject { ["model"] = "vectors", ["embeddings"] = new JsonArray([.. Texts(input).Select(_ => (JsonNode)new JsonArray(1.0, 0.5))]), ["prompt_eval_count"] = 5 }.ToJsonString(), Cancelled)
        : OllamaStub.HelloAsync(context, request);

    /// <summary>All that it was shown.</summary>
    public static IReadOnlyList<string> Shown(this StubServer vendor) => [.. vendor.Requests.Select(request => JsonNode.Parse(request.Body)!["input"]).OfType<JsonNode>().SelectMany(Texts)];

    public static IEnumerable<string> Texts(JsonNode input) => input is JsonArray list ? list.Select(text => text!.ToString()) : [input.ToString()];

    public static Task<GatewayApp> StartAsync(TestPostgres postgres, StubServer vendor, params (string Key, string Value)[] settings)
    {
        var all = settings.ToDictionary(setting => setting.Key, setting => (string?)setting.Value, StringComparer.Ordinal);
        (all["Retrieval:EmbeddingModel"], all["Retrieval:EmbedInterval"], all["Keys:operator"]) = ("ollama/vectors", "00:00:00.100", MemoryCalls.OperatorKey);
        // that a slow machine is slow is no reason to go by words
        all.TryAdd("Retrieval:Patience", "00:01:00");
        all.TryAdd("Context:Patience", "00:01:00");
        return GatewayApp.StartAsync(postgres, vendor.Url, settings: all);
    }

    public static Task EmbeddedAsync(this GatewayApp gateway, int count) =>
        Eventually.TrueAsync(async () => await gateway.AskAsync<long>("select count(*) from gateway.memories where embedding is not null") >= count, Cancelled);

    public static async Task<T> AskAsync<T>(this GatewayApp gateway, string sql)
    {
        await using var connection = new Npgsql.NpgsqlConnection(gateway.Database);
        await connection.OpenAsync(Cancelled);
        await using var command = new Npgsql.NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync(Cancelled))!;
    }

    public static async Task RunAsync(this GatewayApp gateway, string sql)
    {
        await using var connection = new Npgsql.NpgsqlConnection(gateway.Database);
        await connection.OpenAsync(Cancelled);
        await using var command = new Npgsql.NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Cancelled);
    }
}
