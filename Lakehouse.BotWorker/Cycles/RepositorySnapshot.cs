using System.Text;
using Lakehouse.BotWorker.Guardrails;

namespace Lakehouse.BotWorker.Cycles;

/// <summary>What the model sees of the target at the base commit.</summary>
/// <param name="Paths">The tracked files, secret-looking ones left out.</param>
/// <param name="Contents">The whole text of those that fit; a file is shown whole or not at all.</param>
internal sealed record RepositorySnapshot(IReadOnlyList<string> Paths, IReadOnlyList<SnapshotFile> Contents)
{
    public const int MostBytes = 60_000;

    private const int MostPaths = 2_000;
    private const int MostFileBytes = 24_000;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Files that the gap's text names come first, then small files before large ones.</summary>
    public static RepositorySnapshot Read(string worktree, IReadOnlyList<string> tracked, Gap gap, int mostBytes = MostBytes)
    {
        var shown = tracked.Where(path => !ProtectedPaths.IsSecret(path) && path != GapReader.PrdPath).ToList();
        var contents = new List<SnapshotFile>();
        var left = mostBytes;
        foreach (var (path, file) in Ordered(worktree, shown, gap))
        {
            if (file.Length <= Math.Min(left, MostFileBytes) && TextOf(file) is { } text)
            {
                contents.Add(new SnapshotFile(path, text));
                left -= (int)file.Length;
            }
        }

        return new RepositorySnapshot([.. shown.Take(MostPaths)], contents);
    }

    private static IEnumerable<(string Path, FileInfo File)> Ordered(string worktree, List<string> paths, Gap gap) =>
        from path in paths
        let full = WorktreePath.Resolve(worktree, path, out _)
        where full is not null
        let file = new FileInfo(full)
        where file.Exists
        orderby Rank(path, gap), file.Length, path
        select (path, file);

    private static int Rank(string path, Gap gap) =>
        gap.Context.Contains(path, StringComparison.OrdinalIgnoreCase) ? 0
        : gap.Context.Contains(Path.GetFileName(path), StringComparison.OrdinalIgnoreCase) ? 1
        : ProtectedPaths.Check(path) is null ? 2 : 3;

    private static string? TextOf(FileInfo file)
    {
        var bytes = File.ReadAllBytes(file.FullName);
        if (bytes.AsSpan().IndexOf((byte)0) >= 0)
        {
            return null;
        }

        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            // not UTF-8: the model could not give it back unchanged
            return null;
        }
    }
}

internal sealed record SnapshotFile(string Path, string Text);
