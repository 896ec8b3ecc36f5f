using System.Diagnostics;
using System.Text.Json.Nodes;
using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.Gateway.Errors;

/// <summary>Gives every request its id and every failure the shape that the caller's client understands.</summary>
internal sealed partial class ErrorFilter(Func<HttpContext, ApiError, JsonObject> shape) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var time = http.RequestServices.GetRequiredService<TimeProvider>();
        var id = LakehouseId.NewRequest(time);
        http.TraceIdentifier = id;
        http.Response.Headers[LakehouseHeaders.RequestId] = id;
        if (Activity.Current is { } activity)
        {
            http.Response.Headers[LakehouseHeaders.TraceResponse] = $"00-{activity.TraceId}-{activity.SpanId}-{(activity.Recorded ? "01" : "00")}";
        }

        try
        {
            return await next(context);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            return Results.Empty;
        }
        catch (Exception problem) when (!http.Response.HasStarted)
        {
            var error = ErrorWriter.ToApiError(problem, time);
            if (error is null)
            {
                LogFault(http.RequestServices.GetRequiredService<ILogger<ErrorFilter>>(), problem, id);
                error = new(500, "internal_error", $"The gateway failed; its log says why, under {id}. The call was not completed.");
            }

            await ErrorWriter.WriteAsync(http, error, shape(http, error));
            return Results.Empty;
        }
    }

    [LoggerMessage(LogLevel.Error, "Request {RequestId} failed for a reason nobody planned.")]
    private static partial void LogFault(ILogger logger, Exception problem, string requestId);
}

internal static class ErrorFilterExtensions
{
    public static T AnswersOpenAiErrors<T>(this T endpoint) where T : IEndpointConventionBuilder => endpoint.AnswersErrors((_, error) => ErrorWriter.Body(error));

    public static T AnswersErrors<T>(this T endpoint, Func<HttpContext, ApiError, JsonObject> shape) where T : IEndpointConventionBuilder => endpoint.AddEndpointFilter(new ErrorFilter(shape));
}
