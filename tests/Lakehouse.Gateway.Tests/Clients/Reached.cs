using System.Text.Json.Nodes;

namespace Lakehouse.Gateway.Tests.Clients;

/// <summary>What a client said, in the words of the vendor that it reached.</summary>
internal static class Reached
{
    public const string SchemaText = """{"type":"object","properties":{"answer":{"type":"integer"}},"required":["answer"],"additionalProperties":false}""";

    public static void Image(ClientHouse house, string vendor)
    {
        var picture = ClientHouse.Picture;
        var expected = vendor switch
        {
            "openai" => $$$"""{"type":"image_url","image_url":{"url":"data:image/png;base64,{{{picture}}}"}}""",
            "ollama" => $"""["{picture}"]""",
            "claude" => $$$"""{"type":"image","source":{"type":"base64","media_type":"image/png","data":"{{{picture}}}"}}""",
            _ => $$$"""{"inlineData":{"mimeType":"image/png","data":"{{{picture}}}"}}""",
        };
        Has(house, vendor, "image", JsonNode.Parse(expected)!);
    }

    public static void Schema(ClientHouse house, string vendor) =>
        Has(house, vendor, "json", JsonNode.Parse(SchemaText)!);

    /// <summary>Whether every result of a tool came back, each as the answer to its call.</summary>
    public static void Results(ClientHouse house, string vendor)
    {
        var (id, name, content) = vendor switch
        {
            "openai" => ("tool_call_id", "role", "content"),
            "ollama" => ("tool_name", "role", "content"),
            "claude" => ("tool_use_id", "type", "content"),
            _ => ("name", "functionResponse", "response"),
        };
        var body = JsonNode.Parse(house[vendor].Asked("tools").Last(body => body.Contains("result 0", StringComparison.Ordinal)))!;
        var results = Nodes(body).OfType<JsonObject>().Where(node => node.ContainsKey(id) && node.ContainsKey(content) && (vendor == "gemini" || node[name]!.ToString() is "tool" or "tool_result")).ToList();
        Assert.Equal(results.Select((_, index) => $"result {index}"), results.Select(result => Text(result[content]!)));
        Assert.True(results.Count >= 2, body.ToJsonString());
    }

    private static string Text(JsonNode content) => Nodes(content).OfType<JsonValue>().Select(value => value.ToString()).Single(text => text.StartsWith("result ", StringComparison.Ordinal));

    private static void Has(ClientHouse house, string vendor, string model, JsonNode expected)
    {
        var body = JsonNode.Parse(house[vendor].Asked(model)[^1])!;
        Assert.True(Nodes(body).Any(node => JsonNode.DeepEquals(node, expected)), $"{expected.ToJsonString()} is not in {body.ToJsonString()}");
    }

    private static IEnumerable<JsonNode> Nodes(JsonNode node) => node switch
    {
        JsonObject fields => fields.Select(field => field.Value).OfType<JsonNode>().SelectMany(Nodes).Prepend(node),
        JsonArray items => items.OfType<JsonNode>().SelectMany(Nodes).Prepend(node),
        _ => [node],
    };
}
