using System.Text.Json.Nodes;

namespace Lakehouse.Gateway.Errors;

/// <summary>OpenAI's error object with more beside it, for what failed and has something to show all the same.</summary>
internal sealed class ErrorAnswer(ApiError error, JsonObject beside) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var body = ErrorWriter.Body(error);
        foreach (var (name, value) in beside)
        {
            body[name] = value?.DeepClone();
        }

        return ErrorWriter.WriteAsync(httpContext, error, body);
    }
}
