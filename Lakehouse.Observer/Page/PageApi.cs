using Lakehouse.Observer.Stats;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Lakehouse.Observer.Page;

/// <summary>The live page at <c>/</c>; it fetches <c>/live</c> every two seconds.</summary>
internal static class PageApi
{
    // nothing that an event's text could smuggle in may run: the only script is the page's own file
    private const string Policy = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

    public static void MapPage(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/", PageAsync).WithName("GetPage").WithSummary("What happens, live, for people.");
        routes.MapGet("/live", LiveAsync).WithName("GetLive").WithSummary("The moving part of the page.");
        routes.MapGet("/page.css", () => Asset("page.css", "text/css")).ExcludeFromDescription();
        routes.MapGet("/page.js", () => Asset("page.js", "text/javascript")).ExcludeFromDescription();
    }

    private static async Task<ContentHttpResult> PageAsync(string? source, HttpContext context, StatsReader stats, IConfiguration configuration, CancellationToken cancellationToken) =>
        Html(context, EventsView.Document(await ReadAsync(source, stats, cancellationToken), Dashboard(configuration)));

    private static async Task<ContentHttpResult> LiveAsync(string? source, HttpContext context, StatsReader stats, IConfiguration configuration, CancellationToken cancellationToken) =>
        Html(context, EventsView.Fragment(await ReadAsync(source, stats, cancellationToken), Dashboard(configuration)));

    private static Task<StatsView> ReadAsync(string? source, StatsReader stats, CancellationToken cancellationToken) =>
        stats.ReadAsync(string.IsNullOrWhiteSpace(source) ? null : source.Trim(), cancellationToken);

    private static Uri? Dashboard(IConfiguration configuration) => Uri.TryCreate(configuration["Dashboard:Url"], UriKind.Absolute, out var dashboard) ? dashboard : null;

    private static ContentHttpResult Html(HttpContext context, string html)
    {
        context.Response.Headers.ContentSecurityPolicy = Policy;
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Content(html, "text/html; charset=utf-8");
    }

    private static FileStreamHttpResult Asset(string name, string type) =>
        TypedResults.Stream(typeof(PageApi).Assembly.GetManifestResourceStream($"page/{name}")!, type + "; charset=utf-8");
}
