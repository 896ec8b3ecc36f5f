using System.Net;
using Lakehouse.BotWorker.Git;

namespace Lakehouse.BotWorker.Forges;

/// <summary>Gitea (and Forgejo) over API v1. A draft is the title prefix <c>WIP: </c>.</summary>
internal sealed class GiteaForge(ForgeSettings settings, IHttpClientFactory clients) : IForge
{
    public const string HttpClientName = "gitea";

    private const string DraftPrefix = "WIP: ";
    private const int LongestTitle = 250;

    public string Name => "gitea";

    public async Task<PullRequest?> FindAsync(string branchPrefix, CancellationToken cancellationToken)
    {
        var (_, api) = await ConnectAsync(cancellationToken);
        var pulls = await api.ListAsync("all", cancellationToken);
        return pulls
            .Where(pull => pull.Branch.StartsWith(branchPrefix, StringComparison.Ordinal))
            .OrderByDescending(pull => pull.Open)
            .ThenByDescending(pull => pull.Number)
            .FirstOrDefault();
    }

    public async Task<PullRequest> OpenDraftAsync(PullRequestDraft draft, CancellationToken cancellationToken)
    {
        var (target, api) = await ConnectAsync(cancellationToken);
        await PushAsync(draft, target, api.Access, cancellationToken);
        var title = DraftPrefix + (draft.Title.Length <= LongestTitle ? draft.Title : draft.Title[..LongestTitle]);
        return await api.CreateAsync(new GiteaNewPull(title, draft.Body, draft.Branch, draft.BaseBranch), cancellationToken)
            ?? await ExistingAsync(draft, api, cancellationToken);
    }

    private static async Task PushAsync(PullRequestDraft draft, GiteaTarget target, GiteaAccess access, CancellationToken cancellationToken)
    {
        try
        {
            await new GitMirror(draft.RepositoryPath).PushAsync(
                target.PushUrl, $"refs/heads/{draft.Branch}", draft.Branch, target.PushNeedsCredential ? access.Credential : null, cancellationToken);
        }
        catch (GitException failure)
        {
            throw new ForgeException($"The branch '{draft.Branch}' could not be pushed: {failure.Message}", failure);
        }
    }

    // 409: an earlier call, whose answer was lost, made it
    private static async Task<PullRequest> ExistingAsync(PullRequestDraft draft, GiteaApi api, CancellationToken cancellationToken) =>
        (await api.ListAsync("open", cancellationToken)).FirstOrDefault(pull => pull.Branch == draft.Branch)
            ?? throw new ForgeException($"Gitea says that a pull request of '{draft.Branch}' exists ({(int)HttpStatusCode.Conflict}), but lists none that is open.");

    private async Task<(GiteaTarget Target, GiteaApi Api)> ConnectAsync(CancellationToken cancellationToken)
    {
        try
        {
            var origin = await new GitCheckout(settings.TargetRepository).RemoteUrlAsync("origin", cancellationToken);
            var target = GiteaTarget.Resolve(settings.Gitea, origin);
            var access = await GiteaAccess.FindAsync(settings.Gitea, target, cancellationToken);
            return (target, new GiteaApi(clients.CreateClient(HttpClientName), target, access));
        }
        catch (GitException failure)
        {
            throw new ForgeException(failure.Message, failure);
        }
    }
}
