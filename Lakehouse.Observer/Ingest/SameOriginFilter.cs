namespace Lakehouse.Observer.Ingest;

/// <summary>
/// A browser says in <c>Origin</c> which page is sending. Services say nothing; a page from elsewhere must not make up
/// events on this machine.
/// </summary>
internal sealed class SameOriginFilter : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var request = context.HttpContext.Request;
        var origin = request.Headers.Origin.ToString();
        return origin.Length == 0 || string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase)
            ? await next(context)
            : TypedResults.Problem($"Events are not taken from the page {origin}.", statusCode: StatusCodes.Status403Forbidden);
    }
}
