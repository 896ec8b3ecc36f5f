using Lakehouse.AppHost.Engines;

namespace Lakehouse.AppHost.House;

/// <summary>Everything that outlives a run: databases, keys, the demo target, the bot's results. One AppHost at a time.</summary>
internal sealed class DataFolder : IDisposable
{
    private readonly FileStream _lock;

    private DataFolder(string path, FileStream @lock) => (Path, _lock) = (path, @lock);

    public string Path { get; }

    public string In(string name) => System.IO.Path.Combine(Path, name);

    public static DataFolder Open(string folder)
    {
        var path = System.IO.Path.GetFullPath(folder);
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(path);
            }
            else
            {
                Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }

            // the system lets go of it when we end, however that is
            return new DataFolder(path, new FileStream(System.IO.Path.Combine(path, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (UnauthorizedAccessException)
        {
            throw CannotWrite(path);
        }
        catch (IOException problem) when (problem is not DirectoryNotFoundException && File.Exists(System.IO.Path.Combine(path, "lock")))
        {
            throw new EngineException($"Another AppHost is using the data folder {path}. Stop that one, or give this one a folder of its own: `-- --Lakehouse:DataFolder=FOLDER`.");
        }
        catch (IOException)
        {
            throw CannotWrite(path);
        }
    }

    public void Dispose() => _lock.Dispose();

    private static EngineException CannotWrite(string path) =>
        new($"The data folder {path} cannot be written. Make it writable for {Environment.UserName}, or choose another: `-- --Lakehouse:DataFolder=FOLDER`.");
}
