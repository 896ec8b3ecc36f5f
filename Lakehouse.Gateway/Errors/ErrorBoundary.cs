using System.Diagnostics;
using System.Text.Json.Nodes;
using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.Gateway.Errors;

/// <summary>Gives every request its id and every failure the shape that the caller's client understands.</summary>
internal sealed partial class ErrorBoundary(RequestDelegate next, Func<HttpContext, ApiError, JsonObject> shape, TimeProvider time, ILogger<ErrorBoundary> logger)
{
    public async Task InvokeAsync(HttpContext http)
    {
        var id = LakehouseId.NewRequest(time);
        http.TraceIdentifier = id;
        http.Response.Headers[LakehouseHeaders.RequestId] = id;
        if (Activity.Current is { } activity)
        {
            http.Response.Headers[LakehouseHeaders.TraceResponse] = $"00-{activity.TraceId}-{activity.SpanId}-{(activity.Recorded ? "01" : "00")}";
        }

        try
        {
            await next(http);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // nobody is there any more who could be told
        }
        catch (Exception problem) when (!http.Response.HasStarted)
        {
            var error = ErrorWriter.ToApiError(problem, time);
            if (error is null)
            {
                LogFault(problem, id);
                error = new(500, "internal_error", $"The gateway failed; its log says why, under {id}. The call was not completed.");
            }

            await ErrorWriter.WriteAsync(http, error, shape(http, error));
        }
    }

    [LoggerMessage(LogLevel.Error, "Request {RequestId} failed for a reason nobody planned.")]
    private partial void LogFault(Exception problem, string requestId);
}

internal static class ErrorBoundaryExtensions
{
    public static T AnswersOpenAiErrors<T>(this T endpoint) where T : IEndpointConventionBuilder => endpoint.AnswersErrors((_, error) => ErrorWriter.Body(error));

    /// <summary>Around everything else, filters included: an endpoint filter would cost every call two more asynchronous steps.</summary>
    public static T AnswersErrors<T>(this T endpoint, Func<HttpContext, ApiError, JsonObject> shape) where T : IEndpointConventionBuilder
    {
        endpoint.Finally(built => built.RequestDelegate = new ErrorBoundary(
            built.RequestDelegate!, shape, built.ApplicationServices.GetRequiredService<TimeProvider>(), built.ApplicationServices.GetRequiredService<ILogger<ErrorBoundary>>()).InvokeAsync);
        return endpoint;
    }
}
