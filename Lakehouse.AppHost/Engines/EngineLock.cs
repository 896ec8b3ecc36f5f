namespace Lakehouse.AppHost.Engines;

/// <summary>One engine on a data folder at a time. The system lets go of the lock when this process ends, however that is.</summary>
internal static class EngineLock
{
    // an AppHost that was killed leaves its engines a moment to shut down; a start right after waits for them
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    public static async Task<IDisposable> TakeAsync(string file, CancellationToken stop)
    {
        var since = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (File.Exists(file) && TimeProvider.System.GetElapsedTime(since) < Patience)
            {
                await Task.Delay(Look, TimeProvider.System, stop);
            }
            catch (IOException) when (File.Exists(file))
            {
                throw new EngineException($"Another engine is running on this data ({file} is locked). Stop the AppHost that started it, or choose another data folder.");
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                throw new EngineException($"{file} cannot be written: {problem.Message} Make its folder writable for {Environment.UserName}, or choose another data folder.");
            }
        }
    }
}
