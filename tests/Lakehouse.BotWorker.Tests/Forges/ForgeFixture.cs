using Lakehouse.BotWorker.Forges;
using Lakehouse.BotWorker.Tests.Git;

namespace Lakehouse.BotWorker.Tests.Forges;

/// <summary>A target with one bot branch committed in the worker's own copy.</summary>
internal sealed class ForgeFixture : IDisposable
{
    public TargetRepository Target { get; } = new();

    public Mirror Mirror { get; }

    public ForgeFixture() => Mirror = new Mirror(Target);

    public string DataFolder => Target.Beside("data");

    public PullRequestDraft Draft(string branch = Lakehouse.BotWorker.Tests.Git.Mirror.Branch) => new(Mirror.Git.Path, branch, "main", "Say hello", "## Gap\n\nSay hello\n");

    public ForgeSettings Settings(GiteaSettings? gitea = null) => new(DataFolder, "http://localhost:3300", Target.Path, gitea ?? new GiteaSettings());

    /// <returns>The commit on the branch.</returns>
    public async Task<string> CommitAsync(CancellationToken cancellationToken, string branch = Lakehouse.BotWorker.Tests.Git.Mirror.Branch, string content = "hello world\n")
    {
        var head = await Mirror.CheckOutAsync(cancellationToken);
        return await Mirror.Git.CommitAsync(branch, head, new Dictionary<string, string> { ["src/hello.txt"] = content }, "Say hello", DateTimeOffset.UnixEpoch, cancellationToken);
    }

    public void Dispose()
    {
        Mirror.Dispose();
        Target.Dispose();
    }
}
