using Lakehouse.BotWorker.Git;

namespace Lakehouse.BotWorker.Tests.Git;

public sealed class GitMirrorTests : IDisposable
{
    private static readonly DateTimeOffset At = new(2026, 4, 22, 3, 15, 0, TimeSpan.Zero);

    private readonly TargetRepository _target = new();
    private readonly Mirror _mirror;

    public GitMirrorTests() => _mirror = new Mirror(_target);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _mirror.Dispose();
        _target.Dispose();
    }

    [Fact]
    public async Task Cycle_in_a_worktree_leaves_the_target_as_it_was()
    {
        var before = FolderHash.Of(_target.Path);

        var head = await _mirror.CheckOutAsync(Cancelled);
        Assert.Equal("hello\n", await File.ReadAllTextAsync(Path.Combine(_mirror.Worktree, "src/hello.txt"), Cancelled));
        var commit = await CommitAsync(head, ("src/hello.txt", "hello world\n"), ("src/new.txt", "new\n"));
        await _mirror.Git.RemoveWorktreeAsync(_mirror.Worktree, Cancelled);
        await _mirror.Git.DeleteBranchAsync(Mirror.Branch, Cancelled);

        Assert.Equal(before, FolderHash.Of(_target.Path));
        Assert.NotEqual(head, commit);
        Assert.Null(await _mirror.Git.BranchShaAsync(Mirror.Branch, Cancelled));
    }

    [Fact]
    public async Task Commit_holds_what_was_given_and_not_what_tests_wrote()
    {
        var head = await _mirror.CheckOutAsync(Cancelled);
        await File.WriteAllTextAsync(Path.Combine(_mirror.Worktree, "src/hello.txt"), "written by a test\n", Cancelled);
        await File.WriteAllTextAsync(Path.Combine(_mirror.Worktree, "left-over.txt"), "written by a test\n", Cancelled);

        var commit = await CommitAsync(head, ("src/hello.txt", "hello world\n"));

        var change = Assert.Single(await _mirror.Git.ChangesAsync(head, commit, Cancelled));
        Assert.Equal(("src/hello.txt", 'M'), (change.Path, change.Status));
        Assert.Equal("hello world\n", await _mirror.Git.ReadFileAsync(commit, "src/hello.txt", Cancelled));
    }

    [Fact]
    public async Task Commit_of_the_same_cycle_is_the_same_commit()
    {
        var head = await _mirror.CheckOutAsync(Cancelled);

        var first = await CommitAsync(head, ("a.txt", "a\n"), ("b.txt", "b\n"));
        var second = await CommitAsync(head, ("a.txt", "a\n"), ("b.txt", "b\n"));

        Assert.Equal(first, second);
        Assert.Equal("Lakehouse bot", TargetRepository.RunIn(_mirror.Git.Path, "log", "-1", "--format=%an", first));
    }

    [Fact]
    public async Task Commit_keeps_the_executable_bit()
    {
        Script.Write(Path.Combine(_target.Path, "run.sh"), "#!/bin/sh\n");
        _target.Commit("script");
        var head = await _mirror.CheckOutAsync(Cancelled);

        var commit = await CommitAsync(head, ("run.sh", "#!/bin/sh\necho\n"));

        Assert.Equal("100755", Assert.Single(await _mirror.Git.ChangesAsync(head, commit, Cancelled)).NewMode);
    }

    [Fact]
    public async Task Worktree_of_a_killed_cycle_is_replaced()
    {
        await _mirror.CheckOutAsync(Cancelled);
        await File.WriteAllTextAsync(Path.Combine(_mirror.Worktree, "half.txt"), "half", Cancelled);

        await _mirror.CheckOutAsync(Cancelled);

        Assert.False(File.Exists(Path.Combine(_mirror.Worktree, "half.txt")));
        Assert.True(File.Exists(Path.Combine(_mirror.Worktree, "src/hello.txt")));
    }

    [Fact]
    public async Task Push_of_the_same_commit_again_is_fine_and_of_another_one_is_refused()
    {
        var bare = _target.Beside("bare.git");
        TargetRepository.RunIn(_target.Path, "init", "--quiet", "--bare", bare);
        var head = await _mirror.CheckOutAsync(Cancelled);
        var first = await CommitAsync(head, ("a.txt", "a\n"));
        await _mirror.Git.PushAsync(bare, first, Mirror.Branch, null, Cancelled);
        await _mirror.Git.PushAsync(bare, first, Mirror.Branch, null, Cancelled);
        Assert.Equal(first, TargetRepository.RunIn(bare, "rev-parse", Mirror.Branch));

        var other = await CommitAsync(head, ("a.txt", "other\n"));

        await Assert.ThrowsAsync<GitException>(() => _mirror.Git.PushAsync(bare, other, Mirror.Branch, null, Cancelled));
        Assert.Equal(first, TargetRepository.RunIn(bare, "rev-parse", Mirror.Branch));
    }

    [Fact]
    public async Task Bytes_in_the_worktree_are_the_bytes_of_the_commit()
    {
        _target.Write(".gitattributes", "*.txt text eol=crlf\n*.id ident\n");
        _target.Write("src/lines.txt", "one\ntwo\n");
        _target.Write("src/x.id", "$Id$\n");
        _target.Commit("attributes");

        await _mirror.CheckOutAsync(Cancelled);

        Assert.Equal("one\ntwo\n", await File.ReadAllTextAsync(Path.Combine(_mirror.Worktree, "src/lines.txt"), Cancelled));
        Assert.Equal("$Id$\n", await File.ReadAllTextAsync(Path.Combine(_mirror.Worktree, "src/x.id"), Cancelled));
    }

    [Fact]
    public async Task Settings_that_tests_put_into_the_mirror_are_gone_before_it_is_used()
    {
        var head = await _mirror.CheckOutAsync(Cancelled);
        var proof = _target.Beside("ran");
        TargetRepository.RunIn(_mirror.Git.Path, "config", $"url.{_target.Beside("evil.git")}.insteadOf", _target.Beside("bare.git"));
        TargetRepository.RunIn(_mirror.Git.Path, "config", "filter.x.clean", $"touch {proof}; cat");
        await File.WriteAllTextAsync(Path.Combine(_mirror.Git.Path, "info/attributes"), "* filter=x\n", Cancelled);
        Script.Write(Path.Combine(_mirror.Git.Path, "hooks/pre-push"), $"#!/bin/sh\ntouch {proof}\n");
        TargetRepository.RunIn(_target.Path, "init", "--quiet", "--bare", _target.Beside("bare.git"));

        var commit = await CommitAsync(head, ("a.txt", "a\n"));
        await _mirror.Git.PushAsync(_target.Beside("bare.git"), commit, Mirror.Branch, null, Cancelled);

        Assert.False(File.Exists(proof));
        Assert.Equal(commit, TargetRepository.RunIn(_target.Beside("bare.git"), "rev-parse", Mirror.Branch));
    }

    private Task<string> CommitAsync(string head, params (string Path, string Content)[] files) =>
        _mirror.Git.CommitAsync(Mirror.Branch, head, files.ToDictionary(file => file.Path, file => file.Content), "Say hello", At, Cancelled);
}
