using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Lakehouse.AppHost.Demo;

/// <summary>Reads a request as Ollama does: whatever its content type says, and with its kind of errors.</summary>
internal static class OllamaBody
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <returns>The request, or the reply that refuses it.</returns>
    public static async Task<(T? Request, IResult? Problem)> ReadAsync<T>(HttpContext context) where T : class
    {
        try
        {
            var request = await JsonSerializer.DeserializeAsync<T>(context.Request.Body, Json, context.RequestAborted);
            return request is null ? (null, Refuse(StatusCodes.Status400BadRequest, "missing request body")) : (request, null);
        }
        catch (JsonException invalid)
        {
            return (null, Refuse(StatusCodes.Status400BadRequest, context.Request.ContentLength == 0 ? "missing request body" : invalid.Message));
        }
    }

    public static IResult NotFound(string model) =>
        Refuse(StatusCodes.Status404NotFound, $"model \"{model}\" not found; this server is {Script.Label}: it has '{ScriptedModel.Name}' only");

    public static IResult Refuse(int status, string error) => Results.Json(new OllamaError(error), statusCode: status);
}
