using System.Text.Json;
using System.Text.Json.Nodes;
using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.Gateway.Errors;

/// <summary>A JSON tree as the whole answer, written straight into the response.</summary>
internal sealed class JsonAnswer(JsonObject body, int status = StatusCodes.Status200OK) : IResult
{
    private static readonly JsonWriterOptions Options = new() { SkipValidation = true, Encoder = LakehouseJson.Options.Encoder };

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = status;
        response.ContentType = "application/json; charset=utf-8";
        await using (var json = new Utf8JsonWriter(response.BodyWriter, Options))
        {
            body.WriteTo(json, LakehouseJson.Options);
        }

        await response.BodyWriter.FlushAsync(httpContext.RequestAborted);
    }
}
