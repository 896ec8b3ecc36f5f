namespace Lakehouse.BotWorker.Forges.Local;

/// <summary>One writer of a folder at a time, also over processes; a killed one lets go by itself.</summary>
internal static class FolderLock
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public static async Task<IDisposable> TakeAsync(string folder, CancellationToken cancellationToken)
    {
        var file = Path.Combine(Directory.CreateDirectory(folder).FullName, ".lock");
        using var limit = new CancellationTokenSource(Patience, TimeProvider.System);
        while (true)
        {
            try
            {
                return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (!limit.IsCancellationRequested)
            {
                await Task.Delay(Pause, TimeProvider.System, cancellationToken);
            }
        }
    }
}
