using Lakehouse.BotWorker.Cycles;

namespace Lakehouse.BotWorker.Guardrails;

/// <summary>Two names that are one file where case does not count.</summary>
internal static class CollisionRules
{
    public static IEnumerable<Refusal> Check(Proposal proposal, string worktree)
    {
        var seen = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var path in proposal.Files.Select(file => file.Path))
        {
            if (!seen.TryAdd(path, path))
            {
                yield return new Refusal(path, "collision", $"'{seen[path]}' is proposed too, and both are one file on some systems");
            }
            else if (PathRules.Check(path) is null && OnDisk(worktree, path) is { } there)
            {
                yield return new Refusal(path, "collision", $"'{there}' exists, and both are one file on some systems");
            }
        }

        foreach (var path in proposal.Files.Select(file => file.Path))
        {
            if (proposal.Files.FirstOrDefault(other => other.Path.StartsWith(path + "/", StringComparison.OrdinalIgnoreCase)) is { } below)
            {
                yield return new Refusal(path, "parent_is_file", $"'{below.Path}' is proposed too, so this is a folder");
            }
        }
    }

    // Walks down: each name must exist exactly as written, or not at all in any other case.
    private static string? OnDisk(string worktree, string path)
    {
        var here = worktree;
        foreach (var segment in path.Split('/'))
        {
            if (!Directory.Exists(here))
            {
                return null;
            }

            var names = Directory.EnumerateFileSystemEntries(here).Select(entry => Path.GetFileName(entry)!).ToList();
            if (names.Find(name => !name.Equals(segment, StringComparison.Ordinal) && name.Equals(segment, StringComparison.OrdinalIgnoreCase)) is { } twin)
            {
                return Path.GetRelativePath(worktree, Path.Combine(here, twin));
            }

            here = Path.Combine(here, segment);
        }

        return null;
    }
}
