using Lakehouse.BotWorker.Git;

namespace Lakehouse.BotWorker.Forges.Local;

/// <summary>For trying the bot with no forge at all: a bare repository that anybody on this machine can push to, and files beside it.</summary>
internal sealed class LocalForge(ForgeSettings settings, TimeProvider time) : IForge
{
    public string Name => "local";

    /// <summary>The bare repository that the branches are pushed to.</summary>
    public string RepositoryFolder => Path.Combine(Folder, "repository.git");

    private string Folder => Path.Combine(settings.DataFolder, "forge", Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(settings.TargetRepository))));

    private LocalPulls Pulls => new(Path.Combine(Folder, "pulls"));

    private GitMirror Repository => new(RepositoryFolder);

    public Task<IReadOnlyList<PullRequest>> ListAsync(string branchPrefix, CancellationToken cancellationToken) => TryAsync("read", async () =>
    {
        var pulls = new List<PullRequest>();
        foreach (var pull in (await Pulls.AllAsync(cancellationToken)).Where(pull => pull.Branch.StartsWith(branchPrefix, StringComparison.Ordinal)).OrderByDescending(pull => pull.Number))
        {
            pulls.Add(pull.ToPullRequest(await HeadAsync(pull, cancellationToken)));
        }

        return (IReadOnlyList<PullRequest>)pulls;
    });

    /// <summary>Whoever can write to the folder, or use the worker's page, is at home here.</summary>
    public Task<IReadOnlyList<PullRequestComment>> CommentsAsync(PullRequest pull, CancellationToken cancellationToken) => TryAsync("read", async () =>
        (IReadOnlyList<PullRequestComment>)[.. (await Pulls.CommentsAsync(pull.Number, cancellationToken)).Select(comment => new PullRequestComment(comment.Author, comment.Body, comment.At, MayWrite: true))]);

    public Task FetchAsync(GitMirror mirror, PullRequest pull, CancellationToken cancellationToken) => mirror.FetchBranchAsync(RepositoryFolder, pull.Branch, credential: null, cancellationToken);

    public Task<PullRequest> OpenDraftAsync(PullRequestDraft draft, CancellationToken cancellationToken) => LockedAsync(async () =>
    {
        await PushAsync(draft, cancellationToken);
        var all = await Pulls.AllAsync(cancellationToken);
        if (all.FirstOrDefault(pull => pull.IsOpen && pull.Branch == draft.Branch) is { } known)
        {
            return known.ToPullRequest(draft.Commit);
        }

        var number = all.Select(pull => pull.Number).DefaultIfEmpty(0).Max() + 1;
        var opened = new LocalPullRequest(number, $"{settings.PublicUrl.TrimEnd('/')}/pulls/{number}", draft.Title, draft.Body, draft.Branch, draft.Commit,
            draft.BaseBranch, draft.BaseCommit, Draft: true, LocalPullRequest.Opened, time.GetUtcNow());
        await Pulls.WriteAsync(opened, isNew: true, cancellationToken);
        return opened.ToPullRequest(draft.Commit);
    }, cancellationToken);

    public Task<PullRequest> UpdateAsync(int number, PullRequestDraft draft, CancellationToken cancellationToken) => LockedAsync(async () =>
    {
        await PushAsync(draft, cancellationToken);
        var updated = await ChangeAsync(number, known => known with { Title = draft.Title, Body = draft.Body, HeadSha = draft.Commit, BaseSha = draft.BaseCommit }, cancellationToken);
        return updated.ToPullRequest(draft.Commit);
    }, cancellationToken);

    public Task LabelAsync(PullRequest pull, string label, CancellationToken cancellationToken) =>
        LockedAsync(() => ChangeAsync(pull.Number, known => known with { Labels = [.. (known.Labels ?? []).Append(label).Distinct(StringComparer.Ordinal)] }, cancellationToken), cancellationToken);

    /// <returns>Null when there is no such pull request.</returns>
    public Task<LocalPullRequest?> ReadAsync(int number, CancellationToken cancellationToken) => Pulls.FindAsync(number, cancellationToken);

    public Task<IReadOnlyList<LocalComment>> ReadCommentsAsync(int number, CancellationToken cancellationToken) => Pulls.CommentsAsync(number, cancellationToken);

    /// <summary>Where the branch stands, whoever pushed to it last; what the bot pushed when the branch is gone.</summary>
    public async Task<string> HeadAsync(LocalPullRequest pull, CancellationToken cancellationToken) => await Repository.BranchShaAsync(pull.Branch, cancellationToken) ?? pull.HeadSha;

    /// <summary>What a person does on the page.</summary>
    public Task<LocalPullRequest> SetStateAsync(int number, string state, CancellationToken cancellationToken) =>
        LockedAsync(() => ChangeAsync(number, known => known with { State = state }, cancellationToken), cancellationToken);

    public Task AddCommentAsync(int number, string author, string body, CancellationToken cancellationToken) => LockedAsync(async () =>
    {
        await Pulls.AddCommentAsync(number, new LocalComment(author, body, time.GetUtcNow()), cancellationToken);
        return true;
    }, cancellationToken);

    private async Task PushAsync(PullRequestDraft draft, CancellationToken cancellationToken)
    {
        UnfinishedGit.Remove(RepositoryFolder);
        await Repository.InitializeAsync(cancellationToken);
        await new GitMirror(draft.RepositoryPath).PushAsync(RepositoryFolder, draft.Commit, draft.Branch, credential: null, cancellationToken);
        await Repository.SetBaseAsync(draft.BaseBranch, draft.BaseCommit, cancellationToken);
    }

    private async Task<LocalPullRequest> ChangeAsync(int number, Func<LocalPullRequest, LocalPullRequest> change, CancellationToken cancellationToken)
    {
        var known = await Pulls.FindAsync(number, cancellationToken) ?? throw new ForgeException($"The local forge has no pull request {number}.");
        var changed = change(known);
        await Pulls.WriteAsync(changed, isNew: false, cancellationToken);
        return changed;
    }

    private Task<T> LockedAsync<T>(Func<Task<T>> action, CancellationToken cancellationToken) => TryAsync("take this", async () =>
    {
        using var one = await FolderLock.TakeAsync(Folder, cancellationToken);
        return await action();
    });

    private static async Task<T> TryAsync<T>(string what, Func<Task<T>> action)
    {
        try
        {
            return await action();
        }
        catch (GitException failure)
        {
            throw new ForgeException($"The local forge in the data folder could not {what}: {failure.Message}", failure) { BranchMoved = failure.BranchMoved };
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ForgeException($"The local forge in the data folder could not {what}: {failure.Message}", failure);
        }
    }
}
