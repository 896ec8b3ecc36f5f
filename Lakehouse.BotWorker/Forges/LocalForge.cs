using System.Text.Json;
using Lakehouse.BotWorker.Git;
using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.BotWorker.Forges;

/// <summary>For trying the bot with no forge at all: a bare repository, and each pull request as two files beside it.</summary>
internal sealed class LocalForge(ForgeSettings settings, TimeProvider time) : IForge
{
    public string Name => "local";

    /// <summary>The bare repository that the branches are pushed to.</summary>
    public string RepositoryFolder => Path.Combine(Folder, "repository.git");

    private string Folder => Path.Combine(settings.DataFolder, "forge", Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(settings.TargetRepository))));

    private string Pulls => Path.Combine(Folder, "pulls");

    public async Task<PullRequest?> FindAsync(string branchPrefix, CancellationToken cancellationToken) =>
        (await AllAsync(cancellationToken))
            .Where(pull => pull.Branch.StartsWith(branchPrefix, StringComparison.Ordinal))
            .OrderByDescending(pull => pull.IsOpen)
            .ThenByDescending(pull => pull.Number)
            .FirstOrDefault()?.ToPullRequest();

    public async Task<PullRequest> OpenDraftAsync(PullRequestDraft draft, CancellationToken cancellationToken)
    {
        try
        {
            using var one = await FolderLock.TakeAsync(Folder, cancellationToken);
            var mirror = new GitMirror(draft.RepositoryPath);
            var head = await mirror.BranchShaAsync(draft.Branch, cancellationToken) ?? throw new ForgeException($"There is no branch '{draft.Branch}' to publish.");
            var baseSha = await mirror.ParentAsync(head, cancellationToken);
            var repository = new GitMirror(RepositoryFolder);
            await repository.InitializeAsync(cancellationToken);
            await mirror.PushAsync(RepositoryFolder, head, draft.Branch, credential: null, cancellationToken);
            await repository.SetBaseAsync(draft.BaseBranch, baseSha, cancellationToken);
            var known = (await AllAsync(cancellationToken)).FirstOrDefault(pull => pull.IsOpen && pull.Branch == draft.Branch);
            return (known ?? await WriteAsync(draft, baseSha, head, cancellationToken)).ToPullRequest();
        }
        catch (Exception failure) when (failure is GitException or IOException or UnauthorizedAccessException)
        {
            throw new ForgeException($"The local forge in the data folder could not take the branch: {failure.Message}", failure);
        }
    }

    /// <returns>Null when there is no such pull request.</returns>
    public async Task<LocalPullRequest?> ReadAsync(int number, CancellationToken cancellationToken)
    {
        var file = Path.Combine(Pulls, $"{number}.json");
        return File.Exists(file) ? await ReadAsync(file, cancellationToken) : null;
    }

    private async Task<LocalPullRequest> WriteAsync(PullRequestDraft draft, string baseSha, string head, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Pulls);
        var number = (await AllAsync(cancellationToken)).Select(pull => pull.Number).DefaultIfEmpty(0).Max() + 1;
        var pull = new LocalPullRequest(number, $"{settings.PublicUrl.TrimEnd('/')}/pulls/{number}", draft.Title, draft.Body, draft.Branch, head,
            draft.BaseBranch, baseSha, Draft: true, LocalPullRequest.Opened, time.GetUtcNow());
        await File.WriteAllTextAsync(Path.Combine(Pulls, $"{number}.md"), pull.ToMarkdown(), cancellationToken);
        // the JSON file is the pull request: it appears last and whole, and never in place of another
        var temporary = Path.Combine(Pulls, $".{number}");
        await File.WriteAllTextAsync(temporary, JsonSerializer.Serialize(pull, LakehouseJson.Options) + "\n", cancellationToken);
        File.Move(temporary, Path.Combine(Pulls, $"{number}.json"), overwrite: false);
        return pull;
    }

    private async Task<IReadOnlyList<LocalPullRequest>> AllAsync(CancellationToken cancellationToken)
    {
        if (!Directory.Exists(Pulls))
        {
            return [];
        }

        var pulls = new List<LocalPullRequest>();
        foreach (var file in Directory.EnumerateFiles(Pulls, "*.json"))
        {
            pulls.Add(await ReadAsync(file, cancellationToken));
        }

        return pulls;
    }

    private static async Task<LocalPullRequest> ReadAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            return JsonSerializer.Deserialize<LocalPullRequest>(await File.ReadAllTextAsync(file, cancellationToken), LakehouseJson.Options)
                ?? throw new ForgeException($"The local forge's file {Path.GetFileName(file)} is empty.");
        }
        catch (JsonException damaged)
        {
            throw new ForgeException($"The local forge's file {Path.GetFileName(file)} is damaged: {damaged.Message}", damaged);
        }
    }
}
