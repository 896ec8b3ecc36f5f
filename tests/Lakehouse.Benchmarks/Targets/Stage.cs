using Lakehouse.Testing;

namespace Lakehouse.Benchmarks.Targets;

/// <summary>Owns every process and file of a run, and takes all of them away again, last come first gone.</summary>
internal sealed class Stage : IAsyncDisposable
{
    private readonly TemporaryFolder _files = new();
    private readonly Stack<IAsyncDisposable> _owned = new();

    public T Own<T>(T process) where T : IAsyncDisposable
    {
        _owned.Push(process);
        return process;
    }

    public string Folder(string name) => Directory.CreateDirectory(_files.In(name)).FullName;

    public async ValueTask DisposeAsync()
    {
        while (_owned.TryPop(out var process))
        {
            await process.DisposeAsync();
        }

        _files.Dispose();
    }
}
