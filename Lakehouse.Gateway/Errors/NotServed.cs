using Microsoft.AspNetCore.Routing.Template;

namespace Lakehouse.Gateway.Errors;

/// <summary>What is said of a path or method that nothing else answers.</summary>
internal static class NotServed
{
    public const string Pattern = "/v1/{**path}";

    /// <exception cref="ApiError">404, with the methods that the path takes, if it takes any.</exception>
    public static IResult Refuse(HttpContext context, EndpointDataSource served)
    {
        var methods = served.Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText != Pattern && new TemplateMatcher(new(endpoint.RoutePattern), new()).TryMatch(context.Request.Path, new()))
            .SelectMany(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        var instead = methods.Count > 0 ? $"this path takes {string.Join(", ", methods)}" : "see /scalar for what is";
        throw new ApiError(404, "not_found", $"{context.Request.Method} {context.Request.Path} is not served here; {instead}.");
    }
}
