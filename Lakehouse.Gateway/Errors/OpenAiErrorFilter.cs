namespace Lakehouse.Gateway.Errors;

internal sealed partial class OpenAiErrorFilter(TimeProvider time, ILogger<OpenAiErrorFilter> logger) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (OperationCanceledException) when (context.HttpContext.RequestAborted.IsCancellationRequested)
        {
            return Results.Empty;
        }
        catch (Exception problem) when (!context.HttpContext.Response.HasStarted)
        {
            var error = ErrorWriter.ToApiError(problem, time);
            if (error is null)
            {
                LogFault(problem);
                error = new(500, "internal_error", "The gateway failed; its log says why. The call was not completed.");
            }

            await ErrorWriter.WriteAsync(context.HttpContext, error);
            return Results.Empty;
        }
    }

    [LoggerMessage(LogLevel.Error, "A request failed for a reason nobody planned.")]
    private partial void LogFault(Exception problem);
}
