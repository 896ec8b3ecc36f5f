using Lakehouse.BotWorker.Cycles;
using Lakehouse.BotWorker.Cycles.PullRequests;
using Lakehouse.BotWorker.Guardrails;
using Lakehouse.BotWorker.Tests.Git;

namespace Lakehouse.BotWorker.Tests.Guardrails;

/// <summary>The commit is altered after it was checked and before it is pushed.</summary>
public sealed class PublishGuardTests : IDisposable
{
    private readonly TargetRepository _target = new();
    private readonly Mirror _mirror;

    public PublishGuardTests() => _mirror = new Mirror(_target);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _mirror.Dispose();
        _target.Dispose();
    }

    [Fact]
    public async Task Commit_that_was_checked_passes_alone_and_on_top_of_another()
    {
        var cycle = await CycleAsync();
        var first = cycle.CommitSha!;
        var update = new PullToUpdate(1, "http://x/1", "bot/0123456789ab-first", first);
        var second = await CommitAsync(cycle.BaseSha!, "hello world\n", onTopOf: first);

        Assert.Empty(await PublishGuard.CheckAsync(_mirror.Git, cycle, Cancelled));
        Assert.Empty(await PublishGuard.CheckAsync(_mirror.Git, cycle with { CommitSha = second, Pulls = new GapPulls(update, null, [], null, null) }, Cancelled));
    }

    [Theory]
    [InlineData("changed", "echo other > src/hello.txt")]
    [InlineData("changed", "echo x > docs/PRD.md")]
    [InlineData("changed", "rm src/hello.txt")]
    [InlineData("not_proposed", "echo other > src/hello.txt")]
    [InlineData("delete", "rm src/hello.txt")]
    public async Task Commit_that_was_altered_is_refused(string rule, string change)
    {
        var cycle = await CycleAsync();
        using var shell = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("sh", ["-c", change]) { WorkingDirectory = _mirror.Worktree })!;
        await shell.WaitForExitAsync(Cancelled);
        TargetRepository.RunIn(_mirror.Worktree, "-c", "user.name=x", "-c", "user.email=x", "commit", "--quiet", "--all", "-m", "x");

        var refusals = await PublishGuard.CheckAsync(_mirror.Git, cycle with { CommitSha = TargetRepository.RunIn(_mirror.Worktree, "rev-parse", "HEAD") }, Cancelled);

        Assert.Contains(refusals, refusal => refusal.Rule == rule);
    }

    [Fact]
    public async Task Commit_on_other_history_is_refused()
    {
        var cycle = await CycleAsync();
        var onTop = await CommitAsync(cycle.BaseSha!, "hello world\n", onTopOf: cycle.CommitSha);

        var refusal = Assert.Single(await PublishGuard.CheckAsync(_mirror.Git, cycle with { CommitSha = onTop }, Cancelled));

        Assert.Equal("history", refusal.Rule);
    }

    [Fact]
    public async Task Commit_that_is_gone_is_refused() => Assert.Equal(
        "no_commit", Assert.Single(await PublishGuard.CheckAsync(_mirror.Git, await CycleAsync() with { CommitSha = new string('a', 40) }, Cancelled)).Rule);

    [Fact]
    public async Task Branch_that_is_not_the_bots_is_refused() => Assert.Equal(
        "branch", Assert.Single(await PublishGuard.CheckAsync(_mirror.Git, await CycleAsync() with { Branch = "main" }, Cancelled)).Rule);

    [Fact]
    public async Task Too_many_files_and_none_are_refused_on_the_commit_itself()
    {
        var files = Enumerable.Range(0, ProposalGuard.MostFiles + 1).Select(n => new ProposedFile($"src/{n}.txt", "x\n", true)).ToList();
        var head = await _mirror.CheckOutAsync(Cancelled);
        var many = await _mirror.Git.CommitAsync(Mirror.Branch, head, files.ToDictionary(file => file.Path, file => file.Content), "x", DateTimeOffset.UnixEpoch, Cancelled);

        Assert.Equal("too_many_files", Assert.Single(await PatchGuard.CheckAsync(_mirror.Git, head, many, new Proposal("x", files), Cancelled)).Rule);
        Assert.Equal("too_many_files", Assert.Single(await PatchGuard.CheckAsync(_mirror.Git, head, head, new Proposal("x", files), Cancelled)).Rule);
    }

    [Fact]
    public async Task Too_large_files_are_refused_on_the_commit_itself()
    {
        var files = Enumerable.Range(0, 5).Select(n => new ProposedFile($"src/{n}.txt", new string('x', n == 0 ? ProposalGuard.MostFileBytes + 1 : 220_000) + "\n", true)).ToList();
        var head = await _mirror.CheckOutAsync(Cancelled);
        var large = await _mirror.Git.CommitAsync(Mirror.Branch, head, files.ToDictionary(file => file.Path, file => file.Content), "x", DateTimeOffset.UnixEpoch, Cancelled);

        Assert.Equal(["too_large", "too_large_in_all"], (await PatchGuard.CheckAsync(_mirror.Git, head, large, new Proposal("x", files), Cancelled)).Select(refusal => refusal.Rule));
    }

    private async Task<CycleRecord> CycleAsync()
    {
        var head = await _mirror.CheckOutAsync(Cancelled);
        var sha = await CommitAsync(head, "hello world\n");
        TargetRepository.RunIn(_mirror.Worktree, "reset", "--quiet", "--hard");
        return new CycleRecord
        {
            CycleId = "20260101T000000Z-abcdef",
            Repository = _target.Path,
            Depth = CycleDepth.Full,
            TraceId = "t",
            TraceParent = "p",
            EnqueuedAt = DateTimeOffset.UnixEpoch,
            BaseSha = head,
            Branch = Mirror.Branch,
            Proposal = new Proposal("x", [new ProposedFile("src/hello.txt", "hello world\n", false)]),
            CommitSha = sha,
            PatchHash = PublishGuard.HashOf(await _mirror.Git.DiffAsync(head, sha, Cancelled)),
        };
    }

    private Task<string> CommitAsync(string baseSha, string content, string? onTopOf = null) => _mirror.Git.CommitAsync(
        Mirror.Branch, baseSha, new Dictionary<string, string> { ["src/hello.txt"] = content }, "x", DateTimeOffset.UnixEpoch, Cancelled, onTopOf);
}
