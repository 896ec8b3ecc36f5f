using Lakehouse.BotWorker.Git;
using Lakehouse.BotWorker.Tests.Worker;
using Lakehouse.Testing;

namespace Lakehouse.BotWorker.Tests.Git;

public sealed class UnfinishedGitTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Locks_of_calls_that_were_killed_stop_no_later_call()
    {
        using var target = await WorkerTarget.CreateAsync();
        using var folder = new TemporaryFolder();
        var (checkout, mirror) = (new GitCheckout(target.Path), new GitMirror(folder.In("target.git")));
        var head = await checkout.HeadAsync(Cancelled);
        await mirror.FetchAsync(checkout, head, Cancelled);
        await mirror.AddWorktreeAsync(folder.In("one"), "bot/one", head, Cancelled);
        string[] left = ["packed-refs.lock", "refs/heads/bot/one.lock", "objects/pack/tmp_pack_x", "index-0123456789abcdef0123456789abcdef"];
        foreach (var file in left)
        {
            await File.WriteAllTextAsync(Path.Combine(mirror.Path, file), "", Cancelled);
        }

        await Assert.ThrowsAsync<GitException>(() => mirror.DeleteBranchAsync("bot/one", Cancelled));
        UnfinishedGit.Remove(mirror.Path);

        await mirror.RemoveWorktreeAsync(folder.In("one"), Cancelled);
        await mirror.DeleteBranchAsync("bot/one", Cancelled);
        Assert.DoesNotContain(left, file => File.Exists(Path.Combine(mirror.Path, file)));
        Assert.True(await mirror.HasCommitAsync(head, Cancelled));
    }
}
