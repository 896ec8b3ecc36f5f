using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.Gateway.Errors;

/// <summary>A JSON tree as the whole answer, with its length: a body in chunks would cost a second packet for its end.</summary>
internal sealed class JsonAnswer(JsonObject body, int status = StatusCodes.Status200OK) : IResult
{
    private static readonly JsonWriterOptions Options = new() { SkipValidation = true, Encoder = LakehouseJson.Options.Encoder };

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = status;
        response.ContentType = "application/json; charset=utf-8";
        var bytes = new ArrayBufferWriter<byte>(1024);
        await using (var json = new Utf8JsonWriter(bytes, Options))
        {
            body.WriteTo(json, LakehouseJson.Options);
        }

        response.ContentLength = bytes.WrittenCount;
        await response.BodyWriter.WriteAsync(bytes.WrittenMemory, httpContext.RequestAborted);
    }
}
