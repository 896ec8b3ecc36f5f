using System.Net;
using Lakehouse.BotWorker.Git;

namespace Lakehouse.BotWorker.Forges.Remote;

/// <summary>A forge on a server: git over HTTP for the branch, its API for the rest.</summary>
internal abstract class RemoteForge(ForgeSettings settings) : IForge
{
    public const string HttpClientName = "forge";

    private const string WorkInProgress = "WIP: ";
    private const int LongestTitle = 250;

    public abstract string Name { get; }

    public async Task<IReadOnlyList<PullRequest>> ListAsync(string branchPrefix, CancellationToken cancellationToken) =>
        [.. (await (await ConnectAsync(cancellationToken)).ListAsync("all", cancellationToken))
            .Where(pull => pull.Branch.StartsWith(branchPrefix, StringComparison.Ordinal))
            .OrderByDescending(pull => pull.Number)];

    public async Task<IReadOnlyList<PullRequestComment>> CommentsAsync(PullRequest pull, CancellationToken cancellationToken) =>
        [.. (await (await ConnectAsync(cancellationToken)).CommentsAsync(pull, cancellationToken)).OrderBy(comment => comment.At)];

    public async Task FetchAsync(GitMirror mirror, PullRequest pull, CancellationToken cancellationToken)
    {
        var http = (await ConnectAsync(cancellationToken)).Http;
        await mirror.FetchBranchAsync(http.Target.PushUrl, pull.Branch, http.PushCredential, cancellationToken);
    }

    public async Task<PullRequest> OpenDraftAsync(PullRequestDraft draft, CancellationToken cancellationToken)
    {
        var api = await ConnectAsync(cancellationToken);
        await PushAsync(draft, api, cancellationToken);
        try
        {
            return await api.CreateAsync(draft, cancellationToken);
        }
        catch (ForgeException failure) when (failure.Status is null or HttpStatusCode.Conflict or HttpStatusCode.UnprocessableEntity or >= HttpStatusCode.InternalServerError)
        {
            // it may have been made: by this call, whose answer was lost, or by an earlier one
            if (await FindAsync(draft, api, cancellationToken) is { } made)
            {
                return made;
            }

            throw;
        }
    }

    public async Task<PullRequest> UpdateAsync(int number, PullRequestDraft draft, CancellationToken cancellationToken)
    {
        var api = await ConnectAsync(cancellationToken);
        await PushAsync(draft, api, cancellationToken);
        return await api.UpdateAsync(number, draft, cancellationToken);
    }

    public async Task LabelAsync(PullRequest pull, string label, CancellationToken cancellationToken) =>
        await (await ConnectAsync(cancellationToken)).LabelAsync(pull, label, cancellationToken);

    protected abstract Task<IForgeApi> ConnectAsync(string? origin, CancellationToken cancellationToken);

    protected static string Title(string title) => title.Length <= LongestTitle ? title : title[..LongestTitle];

    /// <summary>The title that says "draft" where the forge itself cannot.</summary>
    public static string DraftTitle(string title) => WorkInProgress + Title(title);

    private static async Task PushAsync(PullRequestDraft draft, IForgeApi api, CancellationToken cancellationToken)
    {
        try
        {
            await new GitMirror(draft.RepositoryPath).PushAsync(api.Http.Target.PushUrl, draft.Commit, draft.Branch, api.Http.PushCredential, cancellationToken);
        }
        catch (GitException failure)
        {
            throw new ForgeException($"The branch '{draft.Branch}' could not be pushed: {failure.Message}", failure) { BranchMoved = failure.BranchMoved };
        }
    }

    private static async Task<PullRequest?> FindAsync(PullRequestDraft draft, IForgeApi api, CancellationToken cancellationToken)
    {
        try
        {
            return (await api.ListAsync("open", cancellationToken)).FirstOrDefault(pull => pull.Branch == draft.Branch);
        }
        catch (ForgeException)
        {
            // what went wrong first says more
            return null;
        }
    }

    private async Task<IForgeApi> ConnectAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await ConnectAsync(await new GitCheckout(settings.TargetRepository).RemoteUrlAsync("origin", cancellationToken), cancellationToken);
        }
        catch (GitException failure)
        {
            throw new ForgeException(failure.Message, failure);
        }
    }
}
