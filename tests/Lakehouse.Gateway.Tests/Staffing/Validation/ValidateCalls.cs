using System.Text.Json.Nodes;
using Lakehouse.Gateway.Tests.Keys;

namespace Lakehouse.Gateway.Tests.Staffing.Validation;

internal static class ValidateCalls
{
    public static Task<HttpResponseMessage> ValidateAsync(this HttpClient client, string kind, string artifact, string? context = null)
    {
        var body = new JsonObject { ["kind"] = kind, ["artifact"] = JsonNode.Parse(artifact), ["context"] = JsonNode.Parse(context ?? "{}") };
        return client.SendAsync(HttpMethod.Post, "/v1/validate", body, GatewayApp.BotKey);
    }

    /// <summary>Status, and <c>code path</c> of what refuses it and of what only warns.</summary>
    public static async Task<(int Status, string Findings, string Warnings)> ReportAsync(this HttpClient client, string kind, string artifact, string? context = null)
    {
        using var response = await client.ValidateAsync(kind, artifact, context);
        var answer = await response.JsonAsync();
        var report = response.IsSuccessStatusCode ? answer : answer["report"] ?? throw new InvalidOperationException(answer.ToJsonString());
        if (!response.IsSuccessStatusCode)
        {
            Assert.Equal("validation_failed", await response.ErrorCodeAsync());
            Assert.Equal($"artifact.{report["findings"]![0]!["path"]}", answer["error"]!["param"]!.ToString());
        }

        Assert.Equal((kind, response.IsSuccessStatusCode), (report["kind"]!.ToString(), report["valid"]!.GetValue<bool>()));
        return ((int)response.StatusCode, Codes(report["findings"]), Codes(report["warnings"]));
    }

    private static string Codes(JsonNode? findings) => string.Join(", ", findings!.AsArray().Select(finding => $"{finding!["code"]} {finding["path"]}"));
}
