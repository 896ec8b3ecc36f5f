namespace Lakehouse.Gateway.Configuration;

/// <summary>Looks at the files when the file system says so, and every few seconds, because some never say.</summary>
internal sealed partial class ConfigWatcher(ConfigFiles files, ConfigReload reload, TimeProvider time, ILogger<ConfigWatcher> logger) : BackgroundService
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(3);

    /// <summary>An editor writes in steps: a text counts once it was the same for so long.</summary>
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(250);

    private TaskCompletionSource _hint = NewHint();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var watchers = Watch();
        try
        {
            while (true)
            {
                await HintOrPollAsync(stoppingToken);
                await LookAsync(stoppingToken);
            }
        }
        finally
        {
            watchers.ForEach(watcher => watcher.Dispose());
        }
    }

    private static TaskCompletionSource NewHint() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task HintOrPollAsync(CancellationToken cancellationToken)
    {
        using var rest = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(_hint.Task, Task.Delay(Poll, time, rest.Token));
        cancellationToken.ThrowIfCancellationRequested();
        await rest.CancelAsync();
        Interlocked.Exchange(ref _hint, NewHint());
    }

    /// <summary>One look: takes what is new once it has settled.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            for (var text = files.Read(); reload.IsDue(text);)
            {
                await Task.Delay(Settle, time, cancellationToken);
                var later = files.Read();
                if (later.Version == text.Version)
                {
                    reload.Take(later);
                }

                text = later;
            }
        }
        catch (Exception problem) when (problem is not OperationCanceledException)
        {
            // a fault of ours in reading must not take the gateway down: what holds goes on holding
            LogFailed(problem);
        }
    }

    private List<FileSystemWatcher> Watch()
    {
        var watchers = new List<FileSystemWatcher>();
        foreach (var folder in new[] { files.Providers, files.Routing }.GroupBy(file => Path.GetDirectoryName(file)!, StringComparer.Ordinal))
        {
            FileSystemWatcher? watcher = null;
            try
            {
                watcher = new FileSystemWatcher(folder.Key);
                foreach (var file in folder)
                {
                    watcher.Filters.Add(Path.GetFileName(file));
                }

                watcher.Changed += (_, _) => _hint.TrySetResult();
                watcher.Created += (_, _) => _hint.TrySetResult();
                watcher.Renamed += (_, _) => _hint.TrySetResult();
                watcher.EnableRaisingEvents = true;
                watchers.Add(watcher);
            }
            catch (Exception problem) when (problem is IOException or ArgumentException or PlatformNotSupportedException)
            {
                // the system's watches may be used up; looking every few seconds is enough
                watcher?.Dispose();
                LogPollOnly(folder.Key, problem.Message);
            }
        }

        return watchers;
    }

    [LoggerMessage(LogLevel.Information, "{Folder} cannot be watched ({Problem}); it is looked at every few seconds.")]
    private partial void LogPollOnly(string folder, string problem);

    [LoggerMessage(LogLevel.Error, "Looking at the configuration failed; what holds goes on holding.")]
    private partial void LogFailed(Exception problem);
}
