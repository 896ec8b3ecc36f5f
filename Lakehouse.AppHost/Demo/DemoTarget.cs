using Lakehouse.AppHost.Engines;

namespace Lakehouse.AppHost.Demo;

/// <summary>
/// The repository that the bot works on when the person has not named one: a small C# library with a PRD and tests,
/// made once, outside the checkout.
/// </summary>
internal static class DemoTarget
{
    /// <summary>Runs the target's tests; needs the SDK only.</summary>
    public const string TestCommand = "dotnet run --project tests/Shifts.Tests";

    /// <summary>Makes the repository where there is none; what a person or the bot did to an existing one stays.</summary>
    public static async Task EnsureAsync(string folder, CancellationToken stop)
    {
        var target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any())
        {
            await RequireCommitAsync(target, stop);
            return;
        }

        // made beside its place and moved there when whole: a start that was killed halfway leaves nothing to trip over
        var fresh = target + ".new";
        Remove(fresh);
        Directory.CreateDirectory(fresh);
        foreach (var (path, text) in DemoFiles.Target)
        {
            var file = Path.Combine(fresh, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllTextAsync(file, text, stop);
        }

        await DemoGit.RunAsync(fresh, ["init", "--quiet", "--initial-branch=main", "--template="], stop);
        await DemoGit.RunAsync(fresh, ["add", "--all"], stop);
        await DemoGit.RunAsync(fresh, ["commit", "--quiet", "--message", "Pay shifts and weeks by the hour"], stop);
        Remove(target);
        Directory.Move(fresh, target);
    }

    private static async Task RequireCommitAsync(string target, CancellationToken stop)
    {
        // without a .git of its own, git would look for one further up and find somebody else's
        if (!Path.Exists(Path.Combine(target, ".git")) || !await DemoGit.TryAsync(target, ["rev-parse", "--quiet", "--verify", "HEAD^{commit}"], stop))
        {
            throw new EngineException($"The demo's folder {target} holds files but no git repository with a commit. Move them away (the next start makes the demo anew), or name a repository of yours: Bot:TargetRepository.");
        }
    }

    private static void Remove(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return;
        }

        foreach (var file in new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories))
        {
            // git writes its objects read-only, which Windows would not delete
            file.Attributes = FileAttributes.Normal;
        }

        Directory.Delete(folder, recursive: true);
    }
}
