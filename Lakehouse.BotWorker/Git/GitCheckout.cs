namespace Lakehouse.BotWorker.Git;

/// <summary>The user's checkout. It is only ever read: not its files, not its index, not its references are written.</summary>
internal sealed class GitCheckout(string path)
{
    public string Path { get; } = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));

    /// <summary>No uncommitted change and no untracked file.</summary>
    public async Task<bool> IsCleanAsync(CancellationToken cancellationToken)
    {
        var status = await AskAsync(cancellationToken, "--no-optional-locks", "status", "--porcelain", "--untracked-files=normal", "--ignore-submodules=dirty");
        return status.Length == 0;
    }

    public async Task<string> HeadAsync(CancellationToken cancellationToken) => await AskAsync(cancellationToken, "rev-parse", "--verify", "HEAD^{commit}");

    /// <returns>The branch that is checked out; null when HEAD is detached.</returns>
    public async Task<string?> BranchAsync(CancellationToken cancellationToken)
    {
        var answer = await GitRun.RunAsync(Call(["symbolic-ref", "--quiet", "--short", "HEAD"], []), cancellationToken);
        return answer.ExitCode == 0 ? answer.StandardOutput.Trim() : null;
    }

    public async Task<string?> RemoteUrlAsync(string name, CancellationToken cancellationToken)
    {
        var answer = await GitRun.RunAsync(Call(["config", "--get", $"remote.{name}.url"], []), cancellationToken);
        return answer.ExitCode == 0 ? answer.StandardOutput.Trim() : null;
    }

    private async Task<string> AskAsync(CancellationToken cancellationToken, params string[] arguments) =>
        await GitRun.TextAsync(Call(arguments, await FiltersOffAsync(cancellationToken)), cancellationToken);

    // "git status" runs the clean filter of a file whose time changed, and the checkout's configuration says what that is.
    private async Task<IReadOnlyList<string>> FiltersOffAsync(CancellationToken cancellationToken)
    {
        var call = Call(["config", "--null", "--name-only", "--get-regexp", "^filter\\..*\\.(clean|smudge|process|required)$"], []);
        var names = (await GitRun.RunAsync(call, cancellationToken)).StandardOutput.Split('\0', StringSplitOptions.RemoveEmptyEntries);
        if (names.FirstOrDefault(name => name.Contains('=', StringComparison.Ordinal)) is { } odd)
        {
            // `git -c` would split the name at its first "=" and leave the filter on
            throw new GitException($"The checkout's configuration has a filter that cannot be switched off: {odd}. Rename it without '='.");
        }

        return [.. names.Distinct().Select(name => name.EndsWith(".required", StringComparison.OrdinalIgnoreCase) ? $"{name}=false" : $"{name}=")];
    }

    private GitCall Call(IReadOnlyList<string> arguments, IReadOnlyList<string> settings) => new(Path, arguments)
    {
        // the operator named this folder, so its owner is trusted; a folder above it is not what was named
        Settings = [$"safe.directory={Path}", .. settings],
        Environment = new Dictionary<string, string?> { ["GIT_CEILING_DIRECTORIES"] = System.IO.Path.GetDirectoryName(Path) },
    };
}
