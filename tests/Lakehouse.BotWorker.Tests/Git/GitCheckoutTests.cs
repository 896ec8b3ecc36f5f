using Lakehouse.BotWorker.Git;

namespace Lakehouse.BotWorker.Tests.Git;

public sealed class GitCheckoutTests : IDisposable
{
    private readonly TargetRepository _target = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _target.Dispose();

    [Fact]
    public async Task Checkout_without_changes_is_clean()
    {
        Assert.True(await new GitCheckout(_target.Path).IsCleanAsync(Cancelled));
    }

    [Theory]
    [InlineData("src/hello.txt", false)]
    [InlineData("src/new.txt", false)]
    [InlineData("src/staged.txt", true)]
    public async Task Checkout_with_a_change_is_not_clean(string file, bool staged)
    {
        _target.Write(file, "changed\n");
        if (staged)
        {
            _target.Run("add", file);
        }

        Assert.False(await new GitCheckout(_target.Path).IsCleanAsync(Cancelled));
    }

    [Fact]
    public async Task Filter_whose_name_would_slip_through_is_refused_by_name()
    {
        _target.Run("config", "filter.a=b.clean", "cat");

        var problem = await Assert.ThrowsAsync<GitException>(() => new GitCheckout(_target.Path).IsCleanAsync(Cancelled));

        Assert.Contains("filter.a=b.clean", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reading_a_checkout_does_not_touch_a_byte_of_it()
    {
        // an older time makes git want to refresh its index
        File.SetLastWriteTimeUtc(Path.Combine(_target.Path, "src/hello.txt"), new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        var before = FolderHash.Of(_target.Path);
        var checkout = new GitCheckout(_target.Path);

        Assert.True(await checkout.IsCleanAsync(Cancelled));
        Assert.Equal(40, (await checkout.HeadAsync(Cancelled)).Length);
        Assert.Equal("main", await checkout.BranchAsync(Cancelled));
        Assert.Null(await checkout.RemoteUrlAsync("origin", Cancelled));

        Assert.Equal(before, FolderHash.Of(_target.Path));
    }

    [Fact]
    public async Task Folder_inside_a_repository_is_not_taken_for_the_repository()
    {
        var failure = await Assert.ThrowsAsync<GitException>(() => new GitCheckout(Path.Combine(_target.Path, "src")).HeadAsync(Cancelled));

        Assert.Contains("not a git repository", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Error_of_git_hides_the_password_in_a_url()
    {
        using var mirror = new Mirror(_target);
        await mirror.Git.FetchAsync(new GitCheckout(_target.Path), _target.Run("rev-parse", "HEAD"), Cancelled);

        var failure = await Assert.ThrowsAsync<GitException>(() =>
            mirror.Git.PushAsync("http://user:hunter2@127.0.0.1:1/x.git", $"refs/bases/{_target.Run("rev-parse", "HEAD")}", "bot/x", null, Cancelled));

        Assert.DoesNotContain("hunter2", failure.Message, StringComparison.Ordinal);
        Assert.Contains("127.0.0.1:1", failure.Message, StringComparison.Ordinal);
    }
}
