using Lakehouse.BotWorker.Forges;
using Lakehouse.BotWorker.Forges.Local;
using Lakehouse.BotWorker.Tests.Git;
using Microsoft.Extensions.Time.Testing;

namespace Lakehouse.BotWorker.Tests.Forges;

public sealed class LocalForgeTests : IDisposable
{
    private readonly ForgeFixture _fixture = new();
    private readonly LocalForge _forge;

    public LocalForgeTests() => _forge = NewForge();

    private static DateTimeOffset Now { get; } = new(2026, 4, 22, 3, 15, 0, TimeSpan.Zero);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Draft_is_pushed_and_written()
    {
        var before = FolderHash.Of(_fixture.Target.Path);
        var commit = await _fixture.CommitAsync(Cancelled);

        var pull = await _forge.OpenDraftAsync(_fixture.Draft(commit), Cancelled);

        Assert.Equal(new PullRequest(1, "http://localhost:3300/pulls/1", "Say hello", Mirror.Branch, PullRequestState.Open, commit, "lakehouse-bot", Now), pull);
        Assert.Equal(commit, TargetRepository.RunIn(_forge.RepositoryFolder, "rev-parse", Mirror.Branch));
        Assert.Equal(_fixture.Target.Run("rev-parse", "HEAD"), TargetRepository.RunIn(_forge.RepositoryFolder, "rev-parse", "HEAD"));
        var stored = await _forge.ReadAsync(1, Cancelled);
        Assert.True(stored!.Draft);
        Assert.Equal((commit, "open"), (stored.HeadSha, stored.State));
        Assert.Contains("\"draft\":true", await File.ReadAllTextAsync(Path.Combine(_fixture.DataFolder, "forge/target/pulls/1.json"), Cancelled), StringComparison.Ordinal);
        Assert.Contains("## Gap", await File.ReadAllTextAsync(Path.Combine(_fixture.DataFolder, "forge/target/pulls/1.md"), Cancelled), StringComparison.Ordinal);
        Assert.Equal(before, FolderHash.Of(_fixture.Target.Path));
    }

    [Fact]
    public async Task Draft_that_was_opened_before_is_found_and_not_doubled()
    {
        var commit = await _fixture.CommitAsync(Cancelled);
        var first = await _forge.OpenDraftAsync(_fixture.Draft(commit), Cancelled);

        var restarted = NewForge();
        var second = await restarted.OpenDraftAsync(_fixture.Draft(commit), Cancelled);

        Assert.Equal(first, second);
        Assert.Null(await _forge.ReadAsync(2, Cancelled));
    }

    [Fact]
    public async Task Each_branch_gets_a_number_of_its_own_also_at_once_from_two_workers()
    {
        var other = NewForge();
        var branches = Enumerable.Range(0, 6).Select(n => $"bot/00000000000{n}-c").ToList();
        var commits = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var branch in branches)
        {
            commits[branch] = await _fixture.CommitAsync(Cancelled, branch, $"{branch}\n");
        }

        var pulls = await Task.WhenAll(branches.Select((branch, n) => (n % 2 == 0 ? _forge : other).OpenDraftAsync(_fixture.Draft(commits[branch], branch), Cancelled)));

        Assert.Equal([1, 2, 3, 4, 5, 6], pulls.Select(pull => pull.Number).Order());
    }

    [Fact]
    public async Task Pull_request_is_found_by_the_start_of_its_branch()
    {
        var pull = await OpenAsync();

        Assert.Equal([pull], await _forge.ListAsync("bot/0123456789ab-", Cancelled));
        Assert.Empty(await _forge.ListAsync("bot/ffffffffffff-", Cancelled));
    }

    [Theory]
    [InlineData("closed", nameof(PullRequestState.Closed))]
    [InlineData("merged", nameof(PullRequestState.Merged))]
    public async Task Pull_request_whose_file_a_person_changed_is_found_so(string state, string expected)
    {
        await OpenAsync();
        var file = Path.Combine(_fixture.DataFolder, "forge/target/pulls/1.json");
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file, Cancelled)).Replace("\"open\"", $"\"{state}\"", StringComparison.Ordinal), Cancelled);

        Assert.Equal(expected, (await _forge.ListAsync("bot/", Cancelled))[0].State.ToString());
    }

    [Fact]
    public async Task Damaged_file_is_an_error_that_names_it()
    {
        await OpenAsync();
        await File.WriteAllTextAsync(Path.Combine(_fixture.DataFolder, "forge/target/pulls/1.json"), "{", Cancelled);

        var failure = await Assert.ThrowsAsync<ForgeException>(() => _forge.ListAsync("bot/", Cancelled));

        Assert.Contains("1.json is damaged", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Commit_that_a_person_pushed_is_where_it_stands_and_is_never_overwritten()
    {
        var pull = await OpenAsync();
        var clone = _fixture.Target.Beside("clone");
        TargetRepository.RunIn(_fixture.Target.Path, "clone", "--quiet", "--branch", pull.Branch, _forge.RepositoryFolder, clone);
        TargetRepository.RunIn(clone, "-c", "user.name=Alice", "-c", "user.email=alice@example.invalid", "commit", "--quiet", "--allow-empty", "--message", "By hand");
        TargetRepository.RunIn(clone, "push", "--quiet", "origin", "HEAD");
        var person = TargetRepository.RunIn(clone, "rev-parse", "HEAD");
        var second = await _fixture.CommitAsync(Cancelled, "bot/0123456789ab-second", "hello again\n", onTopOf: pull.Head);

        Assert.Equal(person, (await _forge.ListAsync("bot/", Cancelled))[0].Head);
        Assert.True((await Assert.ThrowsAsync<ForgeException>(() => _forge.UpdateAsync(1, _fixture.Draft(second, pull.Branch), Cancelled))).BranchMoved);
        Assert.Equal(person, TargetRepository.RunIn(_forge.RepositoryFolder, "rev-parse", pull.Branch));
    }

    [Fact]
    public async Task Update_adds_a_commit_that_holds_the_base_and_nothing_of_the_earlier_one()
    {
        var pull = await OpenAsync();
        _fixture.Target.Write("src/later.txt", "later\n");
        var newBase = _fixture.Target.Commit("Meanwhile");
        var second = await _fixture.CommitAsync(Cancelled, "bot/0123456789ab-second", "hello again\n", onTopOf: pull.Head);

        var updated = await _forge.UpdateAsync(1, _fixture.Draft(second, pull.Branch, "Say hello again"), Cancelled);

        Assert.Equal((1, second, "Say hello again", true), (updated.Number, updated.Head, updated.Title, updated.Open));
        Assert.Equal($"{pull.Head} {newBase}", TargetRepository.RunIn(_forge.RepositoryFolder, "log", "-1", "--format=%P", pull.Branch));
        Assert.Equal("src/hello.txt", TargetRepository.RunIn(_forge.RepositoryFolder, "diff", "--name-only", $"{newBase}...{pull.Branch}"));
    }

    [Fact]
    public async Task Comments_are_kept_in_order_and_anybody_here_may_write()
    {
        var pull = await OpenAsync();
        await _forge.AddCommentAsync(1, "alice", "first\nof two lines", Cancelled);
        await File.AppendAllTextAsync(Path.Combine(_fixture.DataFolder, "forge/target/pulls/1.comments"), """{"author":"bob","body":"by hand","at":"2026-05-01T00:00:00Z"}""", Cancelled);

        var comments = await _forge.CommentsAsync(pull, Cancelled);

        Assert.Equal([("alice", "first\nof two lines", true), ("bob", "by hand", true)], comments.Select(comment => (comment.Author, comment.Body, comment.MayWrite)));
    }

    [Fact]
    public async Task Label_is_set_once()
    {
        var pull = await OpenAsync();

        await _forge.LabelAsync(pull, "lakehouse-bot", Cancelled);
        await _forge.LabelAsync(pull, "lakehouse-bot", Cancelled);

        Assert.Equal(["lakehouse-bot"], (await _forge.ReadAsync(1, Cancelled))!.Labels!);
    }

    private async Task<PullRequest> OpenAsync() => await _forge.OpenDraftAsync(_fixture.Draft(await _fixture.CommitAsync(Cancelled)), Cancelled);

    private LocalForge NewForge() => new(_fixture.Settings(), new FakeTimeProvider(Now));
}
