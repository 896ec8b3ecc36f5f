using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Lakehouse.Gateway.Tests.Keys;

/// <summary>The operator's calls.</summary>
internal static class KeyCalls
{
    public const string OperatorKey = "key-of-the-operator-0123456789";

    public static Dictionary<string, string?> Settings(params (string Key, string Value)[] more)
    {
        var settings = new Dictionary<string, string?> { ["Keys:operator"] = OperatorKey };
        foreach (var (key, value) in more)
        {
            settings[key] = value;
        }

        return settings;
    }

    public static JsonObject New(string consumer = "ci", string name = "nightly") => new() { ["consumer"] = consumer, ["name"] = name };

    public static async Task<HttpResponseMessage> SendAsync(this HttpClient client, HttpMethod method, string path, JsonNode? body = null, string? key = OperatorKey)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Authorization = key is null ? null : new("Bearer", key);
        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public static async Task<JsonNode> OkAsync(this HttpClient client, HttpMethod method, string path, JsonNode? body = null)
    {
        using var response = await client.SendAsync(method, path, body);
        var answer = await response.JsonAsync();
        Assert.True(response.IsSuccessStatusCode, answer.ToJsonString());
        return answer;
    }

    /// <summary>A new key: its id and its text.</summary>
    public static async Task<(string Id, string Text)> CreateAsync(this HttpClient client, JsonObject? body = null)
    {
        var made = await client.OkAsync(HttpMethod.Post, "/v1/keys", body ?? New());
        return (made["id"]!.ToString(), made["key"]!.ToString());
    }

    /// <summary>What the gateway says to a key: 200, or the status and code of the refusal.</summary>
    public static async Task<(HttpStatusCode Status, string? Code)> UseAsync(this HttpClient client, string key)
    {
        using var response = await client.SendAsync(HttpMethod.Get, "/v1/usage", key: key);
        return (response.StatusCode, response.IsSuccessStatusCode ? null : await response.ErrorCodeAsync());
    }

    public static readonly (HttpStatusCode, string?) Admitted = (HttpStatusCode.OK, null);
    public static readonly (HttpStatusCode, string?) Refused = (HttpStatusCode.Unauthorized, "invalid_api_key");
}
