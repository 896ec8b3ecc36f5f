using System.Collections.Concurrent;

namespace Lakehouse.BotWorker.Tests.Guardrails;

/// <summary>Every change below some folders, or of what stands in others, while it lives; also of what is removed again.</summary>
internal sealed class WriteWatch : IDisposable
{
    private readonly List<FileSystemWatcher> _watchers = [];
    private readonly ConcurrentQueue<string> _seen = [];

    /// <param name="below">With all that is below them.</param>
    /// <param name="inside">Only what stands in them.</param>
    public WriteWatch(IReadOnlyList<string> below, IReadOnlyList<string> inside)
    {
        foreach (var folder in below.Concat(inside))
        {
            var watcher = new FileSystemWatcher(folder) { IncludeSubdirectories = below.Contains(folder) };
            watcher.Created += (_, change) => _seen.Enqueue($"{change.ChangeType} {change.FullPath}");
            watcher.Changed += (_, change) => _seen.Enqueue($"{change.ChangeType} {change.FullPath}");
            watcher.Deleted += (_, change) => _seen.Enqueue($"{change.ChangeType} {change.FullPath}");
            watcher.Renamed += (_, change) => _seen.Enqueue($"{change.ChangeType} {change.OldFullPath} {change.FullPath}");
            watcher.Error += (_, failure) => _seen.Enqueue($"not all was seen: {failure.GetException().Message}");
            watcher.EnableRaisingEvents = true;
            _watchers.Add(watcher);
        }
    }

    public IReadOnlyCollection<string> Seen => [.. _seen];

    public void Dispose() => _watchers.ForEach(watcher => watcher.Dispose());
}
