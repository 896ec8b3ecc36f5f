using Lakehouse.BotWorker.Git;

namespace Lakehouse.BotWorker.Tests.Git;

/// <summary>The worker's own copy of a target, and a worktree from it.</summary>
internal sealed class Mirror(TargetRepository target) : IDisposable
{
    public const string Branch = "bot/0123456789ab-20260101T000000Z-abcdef";

    public GitMirror Git { get; } = new(target.Beside("mirror.git"));

    public string Worktree { get; } = target.Beside("worktree");

    /// <returns>The base commit.</returns>
    public async Task<string> CheckOutAsync(CancellationToken cancellationToken)
    {
        var checkout = new GitCheckout(target.Path);
        var head = await checkout.HeadAsync(cancellationToken);
        await Git.FetchAsync(checkout, head, cancellationToken);
        await Git.AddWorktreeAsync(Worktree, Branch, head, cancellationToken);
        return head;
    }

    public void Dispose()
    {
        if (Directory.Exists(Worktree))
        {
            Directory.Delete(Worktree, recursive: true);
        }
    }
}
