using Lakehouse.BotWorker.Forges;
using Lakehouse.BotWorker.Git;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Lakehouse.BotWorker.Pages;

/// <summary>Where a pull request of the local forge is read: title, body, diff, all of it as text.</summary>
internal static class PullsPage
{
    public static void MapPulls(this IEndpointRouteBuilder pulls) =>
        pulls.MapGet("/{number:int}", ShowAsync).WithName("ShowPull").WithSummary("A pull request of the local forge");

    private static async Task<Results<ContentHttpResult, ProblemHttpResult>> ShowAsync(int number, HttpContext context, LocalForge forge, CancellationToken cancellationToken)
    {
        if (await forge.ReadAsync(number, cancellationToken) is not { } pull)
        {
            return TypedResults.Problem($"The local forge has no pull request {number}.", statusCode: StatusCodes.Status404NotFound);
        }

        var diff = await new GitMirror(forge.RepositoryFolder).DiffAsync(pull.BaseSha, pull.HeadSha, cancellationToken);
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'";
        var html = new Html().Add($"""<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>#{pull.Number} {pull.Title}</title>""");
        html.Add($$"""<style>body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem } pre { overflow-x: auto; background: #f6f8fa; padding: 1rem; white-space: pre-wrap } pre.diff { white-space: pre } .a { background: #dafbe1 } .d { background: #ffebe9 }</style></head><body>""");
        html.Add($"""<p><a href="/hangfire/bot">Bot</a></p><h1>#{pull.Number} {pull.Title}</h1><p>{(pull.IsOpen ? "Open draft" : "Closed")}: <code>{pull.Branch}</code> into <code>{pull.BaseBranch}</code>, {(DateTimeOffset?)pull.CreatedAt:yyyy-MM-dd HH:mm} UTC</p>""");
        html.Add($"""<pre>{pull.Body}</pre><h2>Changes</h2><pre class="diff">""");
        return TypedResults.Content(html.Diff(diff).Add($"</pre></body></html>").ToString(), "text/html; charset=utf-8");
    }
}
