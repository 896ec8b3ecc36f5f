namespace Lakehouse.BotWorker.Git;

/// <summary>An index of its own for one commit, gone afterwards.</summary>
internal sealed class GitIndex(string repository) : IDisposable
{
    private readonly string _file = Path.Combine(repository, $"index-{Guid.NewGuid():N}");

    public GitCall Call(params string[] arguments) => new(repository, [$"--git-dir={repository}", .. arguments])
    {
        Environment = new Dictionary<string, string?> { ["GIT_INDEX_FILE"] = _file },
    };

    public void Dispose()
    {
        File.Delete(_file);
        File.Delete(_file + ".lock");
    }
}
