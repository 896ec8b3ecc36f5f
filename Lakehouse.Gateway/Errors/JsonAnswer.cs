using System.Text.Json.Nodes;
using Lakehouse.Gateway.Providers.Upstream;
using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.Gateway.Errors;

/// <summary>A JSON tree as the whole answer, with its length: a body in chunks would cost a second packet for its end.</summary>
internal sealed class JsonAnswer(JsonObject body, int status = StatusCodes.Status200OK) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = status;
        response.ContentType = "application/json; charset=utf-8";
        var bytes = JsonBytes.Of(body, static (json, body) => body.WriteTo(json, LakehouseJson.Options));
        response.ContentLength = bytes.Length;
        await response.BodyWriter.WriteAsync(bytes, httpContext.RequestAborted);
    }
}
