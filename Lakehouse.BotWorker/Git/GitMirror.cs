using System.Globalization;
using System.Text;

namespace Lakehouse.BotWorker.Git;

/// <summary>
/// The worker's own bare copy of the target, in its data folder. Cycles' worktrees and commits live here, so that the
/// user's repository is never written to, and none of its configuration, hooks and filters is ever in force.
/// </summary>
internal sealed class GitMirror(string path)
{
    private const string Configuration = "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n";

    // Wins over the target's own .gitattributes: bytes in the worktree are the bytes of the commit, and no filter runs.
    private const string Attributes = "* -text -eol -filter -ident -working-tree-encoding\n";

    public string Path { get; } = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));

    /// <summary>Makes the empty repository when it is not there yet.</summary>
    public async Task InitializeAsync(CancellationToken cancellationToken)
    {
        if (Directory.Exists(Path))
        {
            return;
        }

        // made beside and moved, so that a kill in between leaves no half repository
        var half = $"{Path}.{Guid.NewGuid():N}";
        Directory.CreateDirectory(half);
        await GitRun.TextAsync(new GitCall(half, ["init", "--quiet", "--bare", "--template=", half]), cancellationToken);
        Directory.Move(half, Path);
    }

    /// <summary>Takes a commit of the checkout, and what it needs, into the mirror.</summary>
    public async Task FetchAsync(GitCheckout checkout, string sha, CancellationToken cancellationToken)
    {
        await InitializeAsync(cancellationToken);
        if (await HasBaseAsync(sha, cancellationToken))
        {
            return;
        }

        await AskAsync(cancellationToken, "fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", "--update-shallow", "--no-auto-maintenance",
            "--upload-pack", "git -c safe.directory='*' -c core.hooksPath=/dev/null -c core.fsmonitor=false upload-pack", checkout.Path, $"{sha}:refs/bases/{sha}");
    }

    /// <summary>Checks the base commit out into a new folder, on a new branch. What a killed cycle left under either name is replaced.</summary>
    public async Task AddWorktreeAsync(string worktree, string branch, string baseSha, CancellationToken cancellationToken)
    {
        await RemoveWorktreeAsync(worktree, cancellationToken);
        await AskAsync(cancellationToken, "worktree", "add", "--quiet", "--force", "-B", branch, worktree, baseSha);
    }

    public async Task RemoveWorktreeAsync(string worktree, CancellationToken cancellationToken)
    {
        if (Directory.Exists(worktree))
        {
            WorktreeFolder.Delete(worktree);
        }

        if (Directory.Exists(Path))
        {
            await AskAsync(cancellationToken, "worktree", "prune", "--expire=now");
        }
    }

    public async Task DeleteBranchAsync(string branch, CancellationToken cancellationToken) =>
        await AskAsync(cancellationToken, "update-ref", "-d", $"refs/heads/{branch}");

    /// <returns>The branch's commit; null when there is no such branch.</returns>
    public async Task<string?> BranchShaAsync(string branch, CancellationToken cancellationToken)
    {
        var answer = await GitRun.RunAsync(Call("rev-parse", "--verify", "--quiet", $"refs/heads/{branch}^{{commit}}"), cancellationToken);
        return answer.ExitCode == 0 ? answer.StandardOutput.Trim() : null;
    }

    /// <summary>The parents of a commit, the first one first.</summary>
    public async Task<IReadOnlyList<string>> ParentsAsync(string sha, CancellationToken cancellationToken) =>
        (await AskAsync(cancellationToken, "rev-list", "--parents", "--max-count=1", sha)).Split(' ')[1..];

    public async Task<bool> HasCommitAsync(string sha, CancellationToken cancellationToken) =>
        (await GitRun.RunAsync(Call("cat-file", "-e", $"{sha}^{{commit}}"), cancellationToken)).ExitCode == 0;

    /// <summary>Takes the commits of a forge's branch; no branch of the mirror moves.</summary>
    public async Task FetchBranchAsync(string remoteUrl, string branch, GitCredential? credential, CancellationToken cancellationToken) =>
        await RunAsync(Call("fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", "--no-auto-maintenance",
            "--upload-pack", "git -c core.hooksPath=/dev/null upload-pack", remoteUrl, $"refs/heads/{branch}") with
        {
            Environment = GitAuthorization.Header(credential),
            Secrets = GitAuthorization.Secrets(credential),
        }, cancellationToken);

    /// <summary>Shows the branch that pull requests go into, as a forge would, and checks it out by default.</summary>
    public async Task SetBaseAsync(string branch, string sha, CancellationToken cancellationToken)
    {
        await AskAsync(cancellationToken, "update-ref", $"refs/heads/{branch}", sha);
        await AskAsync(cancellationToken, "symbolic-ref", "HEAD", $"refs/heads/{branch}");
    }

    public async Task<IReadOnlyList<string>> TrackedFilesAsync(string sha, CancellationToken cancellationToken) =>
        (await AskAsync(cancellationToken, "ls-tree", "-r", "-z", "--name-only", "--full-tree", sha)).Split('\0', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>
    /// Commits files on top of the base and moves the branch there. They are taken from the caller and not from the
    /// worktree, which code under test could write to. Equal input gives the same commit, so it may be called again.
    /// </summary>
    /// <param name="onTopOf">
    /// What the branch on the forge stands at, when it gets one more commit. The commit still holds the base and the files
    /// and nothing of what was there, and names the base as a parent where the branch does not have it yet.
    /// </param>
    public async Task<string> CommitAsync(
        string branch, string baseSha, IReadOnlyDictionary<string, string> files, string message, DateTimeOffset at, CancellationToken cancellationToken, string? onTopOf = null)
    {
        using var index = new GitIndex(Path);
        await RunAsync(index.Call("read-tree", baseSha), cancellationToken);
        var entries = new StringBuilder();
        foreach (var (file, content) in files)
        {
            var blob = await RunAsync(Call("hash-object", "-w", "--no-filters", "--stdin") with { Input = Encoding.UTF8.GetBytes(content) }, cancellationToken);
            var entry = await AskAsync(cancellationToken, "--literal-pathspecs", "ls-tree", "-z", "--full-tree", baseSha, "--", file);
            var mode = entry.StartsWith("100755 ", StringComparison.Ordinal) ? "100755" : "100644";
            entries.Append(CultureInfo.InvariantCulture, $"{mode} {blob}\t{file}\0");
        }

        await RunAsync(index.Call("update-index", "-z", "--index-info") with { Input = Encoding.UTF8.GetBytes(entries.ToString()) }, cancellationToken);
        var tree = await RunAsync(index.Call("write-tree"), cancellationToken);
        string[] parents = onTopOf is null ? ["-p", baseSha] : await IsAncestorAsync(baseSha, onTopOf, cancellationToken) ? ["-p", onTopOf] : ["-p", onTopOf, "-p", baseSha];
        var commit = await RunAsync(Call(["commit-tree", tree, .. parents, "-F", "-"]) with { Input = Encoding.UTF8.GetBytes(message), Environment = GitAuthor.At(at) }, cancellationToken);
        await AskAsync(cancellationToken, "update-ref", $"refs/heads/{branch}", commit);
        return commit;
    }

    /// <summary>What really differs between two commits, as git sees it.</summary>
    public async Task<IReadOnlyList<GitChange>> ChangesAsync(string baseSha, string headSha, CancellationToken cancellationToken) =>
        GitChange.Parse(await AskAsync(cancellationToken, "diff-tree", "-r", "-z", "--raw", "--no-renames", "--no-abbrev", "--no-ext-diff", "--no-textconv", baseSha, headSha));

    /// <summary>The change as a person reads it.</summary>
    public async Task<string> DiffAsync(string baseSha, string headSha, CancellationToken cancellationToken) =>
        await AskAsync(cancellationToken, "diff-tree", "-r", "-p", "--no-renames", "--no-ext-diff", "--no-textconv", "--no-color", baseSha, headSha);

    /// <summary>The id that git gives to this content.</summary>
    public async Task<string> BlobIdAsync(string content, CancellationToken cancellationToken) =>
        await RunAsync(Call("hash-object", "--no-filters", "--stdin") with { Input = Encoding.UTF8.GetBytes(content) }, cancellationToken);

    /// <summary>A file's text in a commit; null when it is not there.</summary>
    public async Task<string?> ReadFileAsync(string sha, string file, CancellationToken cancellationToken)
    {
        var answer = await GitRun.RunAsync(Call("cat-file", "blob", $"{sha}:{file}"), cancellationToken);
        return answer.ExitCode == 0 ? answer.StandardOutput : null;
    }

    /// <summary>Never forces. The same commit already there is fine; one that it does not follow is an error.</summary>
    public async Task PushAsync(string remoteUrl, string revision, string branch, GitCredential? credential, CancellationToken cancellationToken)
    {
        var call = Call("push", "--quiet", "--no-verify", "--no-follow-tags", "--recurse-submodules=no", "--receive-pack", "git -c core.hooksPath=/dev/null receive-pack",
            remoteUrl, $"{revision}:refs/heads/{branch}") with
        {
            Environment = GitAuthorization.Header(credential),
            Secrets = GitAuthorization.Secrets(credential),
        };
        var result = await GitRun.RunAsync(call, cancellationToken);
        if (result.ExitCode != 0)
        {
            throw new GitException(GitRun.Failed(call, result).Message) { BranchMoved = result.StandardError.Contains("[rejected]", StringComparison.Ordinal) };
        }
    }

    private async Task<bool> IsAncestorAsync(string sha, string of, CancellationToken cancellationToken) =>
        (await GitRun.RunAsync(Call("merge-base", "--is-ancestor", sha, of), cancellationToken)).ExitCode == 0;

    private async Task<bool> HasBaseAsync(string sha, CancellationToken cancellationToken) =>
        (await GitRun.RunAsync(Call("rev-parse", "--verify", "--quiet", $"refs/bases/{sha}^{{commit}}"), cancellationToken)).ExitCode == 0;

    private Task<string> AskAsync(CancellationToken cancellationToken, params string[] arguments) => RunAsync(Call(arguments), cancellationToken);

    private static Task<string> RunAsync(GitCall call, CancellationToken cancellationToken) => GitRun.TextAsync(call, cancellationToken);

    // Code under test runs as this user and could have changed these files; they are put back before every call.
    private GitCall Call(params string[] arguments)
    {
        PutBack("config", Configuration);
        PutBack("info/attributes", Attributes);
        File.Delete(System.IO.Path.Combine(Path, "config.worktree"));
        return new GitCall(Path, [$"--git-dir={Path}", .. arguments]);
    }

    private void PutBack(string name, string content)
    {
        var file = System.IO.Path.Combine(Path, name);
        if (File.Exists(file) && File.ReadAllText(file) == content)
        {
            return;
        }

        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
        // another call may be reading it
        var whole = $"{file}.{Guid.NewGuid():N}";
        File.WriteAllText(whole, content);
        File.Move(whole, file, overwrite: true);
    }
}
