using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Lakehouse.Gateway.Tests.Knowledge.Playbooks;

/// <summary>Calls of <c>/v1/playbooks</c>.</summary>
internal static class PlaybookCalls
{
    public static string Fill(string city = "Toledo", string role = "Welder", int count = 2) => $"fill: {role} x{count} in {city}, OH";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static JsonObject Seed(string operation, params string[] names) => new() { ["operation"] = operation, ["endorsed_names"] = new JsonArray([.. names.Select(name => JsonValue.Create(name))]) };

    public static JsonObject With(this JsonObject body, string field, JsonNode? value)
    {
        body[field] = value;
        return body;
    }

    public static Task<HttpResponseMessage> PlaybooksAsync(this HttpClient client, string path, JsonNode body) => client.PostAsJsonAsync($"/v1/playbooks{path}", body, Cancelled);

    /// <summary>The reply, which has to be a success.</summary>
    public static async Task<JsonNode> PostPlaybooksAsync(this HttpClient client, string path, JsonNode body)
    {
        using var response = await client.PlaybooksAsync(path, body);
        var answer = await response.JsonAsync();
        Assert.True(response.IsSuccessStatusCode, answer.ToJsonString());
        return answer;
    }

    public static async Task<string> SeedAsync(this HttpClient client, JsonObject seed) => Id(await client.PostPlaybooksAsync("", seed));

    public static string Id(JsonNode decision) => decision["playbook"]!["id"]!.ToString();

    public static string[] Texts(this JsonNode? list) => [.. list!.AsArray().Select(item => item!.ToString())];

    public static Task<JsonNode> BoostsAsync(this HttpClient client, JsonObject question) => client.PostPlaybooksAsync("/boosts", question);

    /// <summary>A question for welders there.</summary>
    public static JsonObject Welders(string city, string? query = null, string? at = null) =>
        new() { ["role"] = "Welder", ["city"] = city, ["state"] = "OH", ["query"] = query, ["at"] = at };

    public static JsonNode Json(string text) => JsonNode.Parse(text)!;

    public static async Task<string[]> IdsAsync(this HttpClient client, string query) =>
        [.. (await client.GetJsonAsync($"/v1/playbooks{query}"))["data"]!.AsArray().Select(one => one!["id"]!.ToString())];

    /// <summary>Boosts by worker, to six places.</summary>
    public static Dictionary<string, double> ByWorker(this JsonNode boosts) =>
        boosts["workers"]!.AsArray().ToDictionary(worker => worker!["worker"]!.ToString(), worker => Math.Round(worker!["boost"]!.GetValue<double>(), 6));

    public static (int Boosts, int Sources, int Parsed, int Matched) Counters(this JsonNode boosts) =>
        (CountOf(boosts, "boosts"), CountOf(boosts, "sources"), CountOf(boosts, "parsed"), CountOf(boosts, "matched"));

    private static int CountOf(JsonNode boosts, string name) => boosts["counters"]![name]!.GetValue<int>();
}
