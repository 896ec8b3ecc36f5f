using System.Text.Json.Nodes;
using Lakehouse.Gateway.Providers.Upstream;
using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.Gateway.Errors;

/// <summary>JSON as the whole answer, with its length: a body in chunks would cost a second packet for its end.</summary>
/// <param name="body">In UTF-8.</param>
internal sealed class JsonAnswer(byte[] body, int status = StatusCodes.Status200OK) : IResult
{
    public JsonAnswer(JsonObject body, int status = StatusCodes.Status200OK) : this(JsonBytes.Of(body, static (json, body) => body.WriteTo(json, LakehouseJson.Options)), status)
    {
    }

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = status;
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = body.Length;
        await response.BodyWriter.WriteAsync(body, httpContext.RequestAborted);
    }
}
