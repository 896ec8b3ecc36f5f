using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Lakehouse.Testing;

namespace Lakehouse.Gateway.Tests.Routing;

internal static class ChainCalls
{
    public static string Header(this HttpResponseMessage response, string name) => response.Headers.TryGetValues(name, out var values) ? string.Join(',', values) : "";

    /// <summary>The answer's headers are here, its body is still coming.</summary>
    public static Task<HttpResponseMessage> PostStreamAsync(this HttpClient client, JsonObject body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat") { Content = JsonContent.Create(body) };
        return client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }

    /// <summary>All that came before the connection broke; that it broke is asserted.</summary>
    public static async Task<string> ReadUntilBrokenAsync(this HttpResponseMessage response)
    {
        var text = new StringBuilder();
        await using var stream = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        var buffer = new byte[4096];
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            while (await stream.ReadAsync(buffer, TestContext.Current.CancellationToken) is > 0 and var read)
            {
                text.Append(Encoding.UTF8.GetString(buffer, 0, read));
            }
        });
        return text.ToString();
    }

    /// <summary>What the gateway remembers of the request that this is the answer of.</summary>
    public static async Task<JsonNode> RequestAsync(this ChainApp app, HttpResponseMessage response)
    {
        var id = response.Header("x-lakehouse-request-id");
        var attempts = response.Header("x-lakehouse-attempts") is { Length: > 0 } sent ? sent : "0";
        return await Eventually.GetAsync(() => app.Client.GetJsonAsync($"/v1/requests/{id}"), answer => answer["id"]?.ToString() == id && answer["attempts"]!.AsArray().Count.ToString(CultureInfo.InvariantCulture) == attempts, TestContext.Current.CancellationToken);
    }
}
