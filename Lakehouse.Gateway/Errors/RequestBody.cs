using System.Text.Json;
using System.Text.Json.Nodes;

namespace Lakehouse.Gateway.Errors;

/// <summary>Reads a request's JSON object, or says what is wrong with it.</summary>
internal static class RequestBody
{
    /// <summary>Bytes. Images travel inside the JSON.</summary>
    public const int Limit = 20 << 20;

    public static async Task<JsonObject> ReadAsync(HttpContext context)
    {
        if (context.Request.ContentLength > Limit)
        {
            throw new BadHttpRequestException("too large", StatusCodes.Status413PayloadTooLarge);
        }

        try
        {
            var node = await JsonNode.ParseAsync(context.Request.Body, documentOptions: new() { AllowDuplicateProperties = false }, cancellationToken: context.RequestAborted);
            return node as JsonObject ?? throw ApiError.BadInput("body", $"The body is {Kind(node)}; accepted is a JSON object.");
        }
        catch (JsonException problem)
        {
            throw ApiError.BadInput("body", $"The body is not JSON (line {problem.LineNumber + 1}, byte {problem.BytePositionInLine + 1}); accepted is a JSON object.");
        }
    }

    private static string Kind(JsonNode? node) => node is null ? "null" : $"a JSON {node.GetValueKind().ToString().ToLowerInvariant()}";
}
