namespace Lakehouse.BotWorker.Guardrails;

/// <summary>Where a path of a proposal leads to in a real checkout, links looked at and not followed.</summary>
internal static class WorktreePath
{
    /// <returns>The full path inside the worktree; null, and a refusal, when it would lead anywhere else.</returns>
    public static string? Resolve(string worktree, string path, out Refusal? refusal)
    {
        refusal = PathRules.Check(path);
        if (refusal is not null)
        {
            return null;
        }

        var root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(worktree));
        var full = Path.GetFullPath(Path.Combine(root, path));
        if (!full.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            refusal = new Refusal(path, "traversal", "the path leads out of the repository");
            return null;
        }

        refusal = OnTheWay(root, path) ?? Submodule(root, path);
        return refusal is null ? full : null;
    }

    private static Refusal? Submodule(string root, string path) =>
        Submodules.Of(root).FirstOrDefault(module => path == module || path.StartsWith(module + "/", StringComparison.Ordinal)) is { } module
            ? new Refusal(path, "submodule", $"'{module}' is a submodule")
            : null;

    private static Refusal? OnTheWay(string root, string path)
    {
        var segments = path.Split('/');
        var here = root;
        for (var i = 0; i < segments.Length; i++)
        {
            here = Path.Combine(here, segments[i]);
            // FileInfo reports the link itself, also a dangling one, for which File.Exists says no
            var entry = new FileInfo(here);
            if (entry.LinkTarget is not null)
            {
                return new Refusal(path, "symbolic_link", $"'{string.Join('/', segments[..(i + 1)])}' is a symbolic link");
            }

            var last = i == segments.Length - 1;
            if (!last && entry.Exists)
            {
                return new Refusal(path, "parent_is_file", $"'{string.Join('/', segments[..(i + 1)])}' is a file, not a folder");
            }

            // the worktree's own .git is refused by name; any other one is a submodule or a nested repository
            if (!last && Directory.Exists(here) && Path.Exists(Path.Combine(here, ".git")))
            {
                return new Refusal(path, "submodule", $"'{string.Join('/', segments[..(i + 1)])}' is a repository of its own");
            }
        }

        return null;
    }
}
