using Lakehouse.BotWorker.Forges;
using Lakehouse.BotWorker.Tests.Git;
using Microsoft.Extensions.Time.Testing;

namespace Lakehouse.BotWorker.Tests.Forges;

public sealed class LocalForgeTests : IDisposable
{
    private readonly ForgeFixture _fixture = new();
    private readonly LocalForge _forge;

    public LocalForgeTests() => _forge = NewForge();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Draft_is_pushed_and_written()
    {
        var before = FolderHash.Of(_fixture.Target.Path);
        var commit = await _fixture.CommitAsync(Cancelled);

        var pull = await _forge.OpenDraftAsync(_fixture.Draft(), Cancelled);

        Assert.Equal(new PullRequest(1, "http://localhost:3300/pulls/1", "Say hello", Mirror.Branch, true), pull);
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
        await _fixture.CommitAsync(Cancelled);
        var first = await _forge.OpenDraftAsync(_fixture.Draft(), Cancelled);

        var restarted = NewForge();
        var second = await restarted.OpenDraftAsync(_fixture.Draft(), Cancelled);

        Assert.Equal(first, second);
        Assert.Null(await _forge.ReadAsync(2, Cancelled));
    }

    [Fact]
    public async Task Each_branch_gets_a_number_of_its_own_also_at_once_from_two_workers()
    {
        var other = NewForge();
        var branches = Enumerable.Range(0, 6).Select(n => $"bot/00000000000{n}-c").ToList();
        foreach (var branch in branches)
        {
            await _fixture.CommitAsync(Cancelled, branch, $"{branch}\n");
        }

        var pulls = await Task.WhenAll(branches.Select((branch, n) => (n % 2 == 0 ? _forge : other).OpenDraftAsync(_fixture.Draft(branch), Cancelled)));

        Assert.Equal([1, 2, 3, 4, 5, 6], pulls.Select(pull => pull.Number).Order());
    }

    [Fact]
    public async Task Pull_request_is_found_by_the_start_of_its_branch()
    {
        await _fixture.CommitAsync(Cancelled);
        var pull = await _forge.OpenDraftAsync(_fixture.Draft(), Cancelled);

        Assert.Equal(pull, await _forge.FindAsync("bot/0123456789ab-", Cancelled));
        Assert.Null(await _forge.FindAsync("bot/ffffffffffff-", Cancelled));
    }

    [Fact]
    public async Task Pull_request_that_a_person_closed_is_found_as_closed()
    {
        await _fixture.CommitAsync(Cancelled);
        await _forge.OpenDraftAsync(_fixture.Draft(), Cancelled);
        var file = Path.Combine(_fixture.DataFolder, "forge/target/pulls/1.json");
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file, Cancelled)).Replace("\"open\"", "\"closed\"", StringComparison.Ordinal), Cancelled);

        Assert.False((await _forge.FindAsync("bot/0123456789ab-", Cancelled))!.Open);
    }

    [Fact]
    public async Task Branch_that_does_not_exist_is_an_error_that_names_it()
    {
        await _fixture.CommitAsync(Cancelled);

        var failure = await Assert.ThrowsAsync<ForgeException>(() => _forge.OpenDraftAsync(_fixture.Draft("bot/none"), Cancelled));

        Assert.Contains("bot/none", failure.Message, StringComparison.Ordinal);
    }

    private LocalForge NewForge() => new(_fixture.Settings(), new FakeTimeProvider(new DateTimeOffset(2026, 4, 22, 3, 15, 0, TimeSpan.Zero)));
}
