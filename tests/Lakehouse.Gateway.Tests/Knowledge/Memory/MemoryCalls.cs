using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Lakehouse.Gateway.Tests.Knowledge.Memory;

internal static class MemoryCalls
{
    public const string OperatorKey = "key-of-the-operator-0123456789";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static Task<HttpResponseMessage> MemoryAsync(this HttpClient client, HttpMethod method, string path, string? body = null) => client.SendAsync(
        new HttpRequestMessage(method, $"/v1/memory{path}") { Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json") }, Cancelled);

    /// <returns>The decision.</returns>
    public static Task<JsonNode> ProposeAsync(this HttpClient client, string text, string? key = null, string kind = "semantic", string? scope = null, JsonObject? attributes = null, string? source = null) =>
        client.PostedAsync("", new JsonObject { ["text"] = text, ["key"] = key, ["kind"] = kind, ["scope"] = scope, ["attributes"] = attributes?.DeepClone(), ["source_kind"] = source });

    public static async Task<JsonNode> PostedAsync(this HttpClient client, string path, JsonObject body)
    {
        using var response = await client.MemoryAsync(HttpMethod.Post, path, body.ToJsonString());
        var answer = await response.JsonAsync();
        Assert.True(response.StatusCode is HttpStatusCode.OK or HttpStatusCode.Created, answer.ToJsonString());
        return answer;
    }

    public static string Decision(this JsonNode answer) => answer["decision"]!.ToString();

    public static string Id(this JsonNode answer) => answer["memory"]!["id"]!.ToString();

    public static async Task<IReadOnlyList<string>> TextsAsync(this HttpClient client, string query = "") =>
        [.. (await client.GetJsonAsync($"/v1/memory{query}"))["data"]!.AsArray().Select(item => item!["text"]!.ToString())];
}
