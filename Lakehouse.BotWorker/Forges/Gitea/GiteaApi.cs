using System.Globalization;
using System.Text.Json;
using Lakehouse.BotWorker.Forges.Remote;

namespace Lakehouse.BotWorker.Forges.Gitea;

/// <summary>The calls of Gitea's API v1. A draft is the title prefix <c>WIP: </c>.</summary>
internal sealed class GiteaApi(ForgeHttp http) : IForgeApi
{
    private const string LabelColor = "#1d76db";

    public ForgeHttp Http => http;

    public async Task<IReadOnlyList<PullRequest>> ListAsync(string state, CancellationToken cancellationToken) =>
        [.. (await http.ListAsync<GiteaPull>($"/pulls?state={state}&sort=recentupdate&limit=50", "list pull requests", cancellationToken))
            .Where(pull => string.Equals(pull.Head?.Repo?.FullName, http.Target.Name, StringComparison.OrdinalIgnoreCase))
            .Select(pull => pull.ToPullRequest())];

    public async Task<IReadOnlyList<PullRequestComment>> CommentsAsync(PullRequest pull, CancellationToken cancellationToken)
    {
        var writers = await WritersAsync(cancellationToken);
        // this list has no pages
        var comments = await http.AskAsync<List<GiteaComment>>(HttpMethod.Get, $"/issues/{Text(pull.Number)}/comments", body: null, "list comments", cancellationToken);
        var reviews = await http.ListAsync<GiteaReview>($"/pulls/{Text(pull.Number)}/reviews?limit=50", "list reviews", cancellationToken);
        var all = comments.Select(comment => comment.ToComment(writers)).Concat(reviews.Where(review => review.IsSaid).Select(review => review.ToComment(writers))).ToList();
        foreach (var review in reviews.Where(review => review is { IsSaid: true, CommentsCount: > 0 }))
        {
            var lines = await http.AskAsync<List<GiteaComment>>(HttpMethod.Get, $"/pulls/{Text(pull.Number)}/reviews/{Text(review.Id)}/comments", body: null, "list a review's comments", cancellationToken);
            all.AddRange(lines.Select(line => line.ToComment(writers)));
        }

        return all;
    }

    public async Task<PullRequest> CreateAsync(PullRequestDraft draft, CancellationToken cancellationToken) => (await http.AskAsync<GiteaPull>(
        HttpMethod.Post, "/pulls", new GiteaNewPull(RemoteForge.DraftTitle(draft.Title), draft.Body, draft.Branch, draft.BaseBranch), "open a pull request", cancellationToken)).ToPullRequest();

    public async Task<PullRequest> UpdateAsync(int number, PullRequestDraft draft, CancellationToken cancellationToken) => (await http.AskAsync<GiteaPull>(
        HttpMethod.Patch, $"/pulls/{Text(number)}", new { title = RemoteForge.DraftTitle(draft.Title), body = draft.Body }, "update the pull request", cancellationToken)).ToPullRequest();

    public async Task LabelAsync(PullRequest pull, string label, CancellationToken cancellationToken)
    {
        var known = (await http.ListAsync<GiteaLabel>("/labels?limit=50", "list labels", cancellationToken)).FirstOrDefault(candidate => candidate.Name == label)
            ?? await http.AskAsync<GiteaLabel>(HttpMethod.Post, "/labels", new { name = label, color = LabelColor }, "make a label", cancellationToken);
        // older versions take numbers only
        await http.AskAsync<JsonElement>(HttpMethod.Post, $"/issues/{Text(pull.Number)}/labels", new { labels = new[] { known.Id } }, "label the pull request", cancellationToken);
    }

    // Gitea's own words: "all users that have write access and can be assigned to issues". The list of permissions is for administrators only.
    private async Task<IReadOnlySet<string>> WritersAsync(CancellationToken cancellationToken) =>
        (await http.AskAsync<List<GiteaUser>>(HttpMethod.Get, "/assignees", body: null, "list who may write", cancellationToken)).Select(user => user.Login).ToHashSet(StringComparer.OrdinalIgnoreCase);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
