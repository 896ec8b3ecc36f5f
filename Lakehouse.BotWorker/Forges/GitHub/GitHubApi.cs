using System.Globalization;
using System.Net;
using System.Text.Json;
using Lakehouse.BotWorker.Forges.Remote;

namespace Lakehouse.BotWorker.Forges.GitHub;

/// <summary>The calls of GitHub's REST API. For it a pull request is an issue too: conversation and labels are the issue's.</summary>
internal sealed class GitHubApi(ForgeHttp http) : IForgeApi
{
    public ForgeHttp Http => http;

    public async Task<IReadOnlyList<PullRequest>> ListAsync(string state, CancellationToken cancellationToken) =>
        [.. (await http.ListAsync<GitHubPull>($"/pulls?state={state}&sort=created&direction=desc&per_page=100", "list pull requests", cancellationToken))
            .Where(pull => string.Equals(pull.Head?.Repo?.FullName, http.Target.Name, StringComparison.OrdinalIgnoreCase))
            .Select(pull => pull.ToPullRequest())];

    public async Task<IReadOnlyList<PullRequestComment>> CommentsAsync(PullRequest pull, CancellationToken cancellationToken)
    {
        var number = Text(pull.Number);
        var comments = await http.ListAsync<GitHubComment>($"/issues/{number}/comments?per_page=100", "list comments", cancellationToken);
        var lines = await http.ListAsync<GitHubComment>($"/pulls/{number}/comments?per_page=100", "list comments on lines", cancellationToken);
        var reviews = await http.ListAsync<GitHubReview>($"/pulls/{number}/reviews?per_page=100", "list reviews", cancellationToken);
        return [.. comments.Concat(lines).Select(comment => comment.ToComment()), .. reviews.Where(review => review.SubmittedAt is not null).Select(review => review.ToComment())];
    }

    public async Task<PullRequest> CreateAsync(PullRequestDraft draft, CancellationToken cancellationToken)
    {
        try
        {
            return await CreateAsync(draft.Title, isDraft: true, draft, cancellationToken);
        }
        catch (ForgeException failure) when (failure.Status == HttpStatusCode.UnprocessableEntity && failure.Message.Contains("draft", StringComparison.OrdinalIgnoreCase))
        {
            // a private repository of a free plan has no drafts; the work is paid for by now
            return await CreateAsync(RemoteForge.DraftTitle(draft.Title), isDraft: false, draft, cancellationToken);
        }
    }

    public async Task<PullRequest> UpdateAsync(int number, PullRequestDraft draft, CancellationToken cancellationToken)
    {
        var path = $"/pulls/{Text(number)}";
        var updated = await http.AskAsync<GitHubPull>(HttpMethod.Patch, path, new { title = draft.Title, body = draft.Body }, "update the pull request", cancellationToken);
        // the API cannot turn a pull request back into a draft, and the new commit was reviewed by nobody
        return (updated.Draft ? updated : await http.AskAsync<GitHubPull>(HttpMethod.Patch, path, new { title = RemoteForge.DraftTitle(draft.Title) }, "update the pull request", cancellationToken)).ToPullRequest();
    }

    public Task LabelAsync(PullRequest pull, string label, CancellationToken cancellationToken) =>
        http.AskAsync<JsonElement>(HttpMethod.Post, $"/issues/{Text(pull.Number)}/labels", new { labels = new[] { label } }, "label the pull request", cancellationToken);

    private async Task<PullRequest> CreateAsync(string title, bool isDraft, PullRequestDraft draft, CancellationToken cancellationToken) => (await http.AskAsync<GitHubPull>(
        HttpMethod.Post, "/pulls", new GitHubNewPull(title, draft.Body, draft.Branch, draft.BaseBranch, isDraft), "open a pull request", cancellationToken)).ToPullRequest();

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
