namespace Lakehouse.BotWorker.Sandbox;

/// <summary>The arguments of <c>bwrap</c> (https://github.com/containers/bubblewrap): everything is shown read-only, then hidden, then opened one by one.</summary>
internal static class Bubblewrap
{
    /// <summary>With the first process its whole family ends, and with the supervisor the first.</summary>
    public static readonly string[] Apart = ["--unshare-user-try", "--unshare-ipc", "--unshare-pid", "--unshare-uts", "--unshare-cgroup-try", "--die-with-parent", "--new-session", "--cap-drop", "ALL"];

    private static readonly string[] ToolVariables = ["PATH", "DOTNET_ROOT", "JAVA_HOME"];

    private const string NameServers = "/etc/resolv.conf";

    // sockets of services (docker, databases, agents), and what people keep for themselves
    private static readonly string[] Private = ["/run", "/home", "/root", "/tmp", "/var/tmp", "/var/run", "/mnt", "/media"];

    public static IReadOnlyList<string> Wrap(TestCommand command, SandboxFolders folders, bool network)
    {
        List<string> arguments = ["bwrap", .. Apart];
        if (!network)
        {
            arguments.Add("--unshare-net");
        }

        arguments.AddRange(["--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"]);
        List<string> hidden = [.. Private.Append(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile)).Concat(folders.Hidden).Where(Directory.Exists).Select(Real).Distinct().Order(StringComparer.Ordinal)];
        foreach (var folder in hidden.Where(folder => !hidden.Exists(other => IsBelow(folder, other))))
        {
            arguments.AddRange(["--tmpfs", folder]);
        }

        // a tool chain may live in a home; of it only what is named is shown
        foreach (var folder in Toolchains().Concat(folders.Read).Where(Directory.Exists).Select(Real).Distinct().Where(folder => hidden.Exists(other => IsBelow(folder, other))))
        {
            arguments.AddRange(["--ro-bind", folder, folder]);
        }

        // on many machines the list of name servers is a link into the hidden /run
        if (network && new FileInfo(NameServers).ResolveLinkTarget(returnFinalTarget: true) is { Exists: true } servers && hidden.Exists(other => IsBelow(servers.FullName, other)))
        {
            arguments.AddRange(["--ro-bind", servers.FullName, servers.FullName]);
        }

        arguments.AddRange(["--bind", folders.Worktree, folders.Worktree, "--bind", folders.Home, folders.Home, "--chdir", folders.Worktree, "--", command.Program, .. command.Arguments]);
        return arguments;
    }

    private static IEnumerable<string> Toolchains() => ToolVariables
        .SelectMany(name => (Environment.GetEnvironmentVariable(name) ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        .Where(Path.IsPathFullyQualified);

    private static bool IsBelow(string folder, string other) => folder.StartsWith(other + "/", StringComparison.Ordinal);

    private static string Real(string folder) => Directory.ResolveLinkTarget(folder, returnFinalTarget: true)?.FullName ?? Path.TrimEndingDirectorySeparator(folder);
}
