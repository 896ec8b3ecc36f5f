using Lakehouse.BotWorker.Cycles.PullRequests;
using Lakehouse.BotWorker.Forges.Local;
using Lakehouse.BotWorker.Git;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Lakehouse.BotWorker.Pages;

/// <summary>Where a pull request of the local forge is read: title, body, what was said, diff, all of it as text.</summary>
internal static class PullsPage
{
    public static void MapPulls(this IEndpointRouteBuilder pulls)
    {
        pulls.MapGet("/{number:int}", ShowAsync).WithName("ShowPull").WithSummary("A pull request of the local forge");
        pulls.MapPullActions();
    }

    private static async Task<Results<ContentHttpResult, ProblemHttpResult>> ShowAsync(int number, HttpContext context, LocalForge forge, CancellationToken cancellationToken)
    {
        if (await forge.ReadAsync(number, cancellationToken) is not { } pull)
        {
            return PullActions.NotFound(number);
        }

        var head = await forge.HeadAsync(pull, cancellationToken);
        var comments = await forge.ReadCommentsAsync(number, cancellationToken);
        var diff = await new GitMirror(forge.RepositoryFolder).DiffAsync(pull.BaseSha, head, cancellationToken);
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'";
        var html = new Html().Add($"""<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>#{pull.Number} {pull.Title}</title>""");
        html.Add($$"""<style>:root { color-scheme: light dark; --box: #f6f8fa; --added: #dafbe1; --removed: #ffebe9 } @media (prefers-color-scheme: dark) { :root { --box: #161b22; --added: #12261e; --removed: #301b1e } } body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem } h1 { overflow-wrap: anywhere } code { overflow-wrap: anywhere } pre { overflow-x: auto; background: var(--box); padding: 1rem; white-space: pre-wrap; overflow-wrap: anywhere } pre.diff { white-space: pre; overflow-wrap: normal } .a { background: var(--added) } .d { background: var(--removed) } textarea { width: 100%; box-sizing: border-box; font: inherit }</style></head><body>""");
        html.Add($"""<p><a href="/hangfire/bot">Bot</a></p><h1>#{pull.Number} {pull.Title}</h1><p>{(pull.IsOpen ? "Open draft" : pull.State == LocalPullRequest.Merged ? "Merged" : "Closed")}: <code>{pull.Branch}</code> into <code>{pull.BaseBranch}</code>, {(DateTimeOffset?)pull.CreatedAt:yyyy-MM-dd HH:mm} UTC{(pull.Labels is { Count: > 0 } labels ? ", " + string.Join(", ", labels) : "")}</p>""");
        html.Add($"<pre>{WithoutMark(pull.Body)}</pre>");
        Conversation(html, pull, comments);
        Branch(html, pull, head, forge);
        html.Add($"""<h2>Changes</h2><pre class="diff">""");
        return TypedResults.Content(html.Diff(diff).Add($"</pre></body></html>").ToString(), "text/html; charset=utf-8");
    }

    // the last line is for the bot itself, and a comment to whoever renders Markdown
    private static string WithoutMark(string body) => body.LastIndexOf(Voices.OwnMark, StringComparison.Ordinal) is >= 0 and var mark ? body[..mark].TrimEnd() : body;

    private static void Conversation(Html html, LocalPullRequest pull, IReadOnlyList<LocalComment> comments)
    {
        html.Add($"<h2>Conversation</h2>");
        foreach (var comment in comments)
        {
            html.Add($"""<h3>{comment.Author}, {(DateTimeOffset?)comment.At:yyyy-MM-dd HH:mm} UTC</h3><pre>{comment.Body}</pre>""");
        }

        html.Add($"""<form method="post" action="/pulls/{pull.Number}/comments"><p><label for="body">Comment (<code>/redo</code> and what is to be done otherwise, <code>/stop</code> or <code>/ignore</code> tell the bot's next cycle)</label><textarea id="body" name="body" rows="4" required maxlength="{PullActions.LongestComment}"></textarea></p><p><button>Comment</button></p></form>""");
        foreach (var (state, text) in new[] { (LocalPullRequest.Closed, "Close"), (LocalPullRequest.Merged, "I merged it"), (LocalPullRequest.Opened, "Reopen") }.Where(choice => (choice.Item1 == LocalPullRequest.Opened) != pull.IsOpen))
        {
            html.Add($"""<form method="post" action="/pulls/{pull.Number}/state" style="display: inline"><input type="hidden" name="state" value="{state}"><button>{text}</button></form> """);
        }
    }

    private static void Branch(Html html, LocalPullRequest pull, string head, LocalForge forge)
    {
        html.Add($"<h2>Branch</h2><p>It stands at <code>{head[..12]}</code>{(head == pull.HeadSha ? "" : ", where a person pushed it")}. To work on it yourself:</p>");
        html.Add($"<pre>git fetch {forge.RepositoryFolder} {pull.Branch}\ngit switch --detach FETCH_HEAD\ngit push {forge.RepositoryFolder} HEAD:{pull.Branch}</pre>");
    }
}
