using Lakehouse.BotWorker.Cycles;
using Lakehouse.BotWorker.Guardrails;
using Lakehouse.BotWorker.Tests.Git;

namespace Lakehouse.BotWorker.Tests.Guardrails;

public sealed class PatchGuardTests : IDisposable
{
    private static readonly Proposal Proposed = new("x", [new ProposedFile("src/hello.txt", "hello world\n", false), new ProposedFile("src/new.txt", "new\n", true)]);

    private readonly TargetRepository _target = new();
    private readonly Mirror _mirror;

    public PatchGuardTests() => _mirror = new Mirror(_target);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _mirror.Dispose();
        _target.Dispose();
    }

    [Fact]
    public async Task Commit_of_just_what_was_proposed_passes()
    {
        var head = await _mirror.CheckOutAsync(Cancelled);
        var files = Proposed.Files.ToDictionary(file => file.Path, file => file.Content);

        var commit = await _mirror.Git.CommitAsync(Mirror.Branch, head, files, "x", DateTimeOffset.UnixEpoch, Cancelled);

        Assert.Empty(await PatchGuard.CheckAsync(_mirror.Git, head, commit, Proposed, Cancelled));
    }

    [Theory]
    [InlineData("delete", "rm src/hello.txt")]
    [InlineData("delete", "mv src/hello.txt src/new.txt")]
    [InlineData("symbolic_link", "ln -s /etc/passwd src/new.txt")]
    [InlineData("symbolic_link", "rm src/hello.txt; ln -s /etc/passwd src/hello.txt")]
    [InlineData("mode_change", "echo hello world > src/hello.txt; chmod +x src/hello.txt")]
    [InlineData("mode_change", "echo new > src/new.txt; chmod +x src/new.txt")]
    [InlineData("not_proposed", "echo x > src/other.txt")]
    [InlineData("not_proposed", "echo something else > src/hello.txt")]
    [InlineData("not_proposed", "mkdir -p .github/workflows; echo x > .github/workflows/ci.yml")]
    [InlineData("submodule", "git init -q sub; git -C sub -c user.name=x -c user.email=x commit -q --allow-empty -m x")]
    public async Task Commit_of_anything_else_is_refused(string rule, string change)
    {
        var head = await _mirror.CheckOutAsync(Cancelled);
        using var shell = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("sh", ["-c", change]) { WorkingDirectory = _mirror.Worktree })!;
        await shell.WaitForExitAsync(Cancelled);
        TargetRepository.RunIn(_mirror.Worktree, "-c", "advice.addEmbeddedRepo=false", "add", "--all");
        TargetRepository.RunIn(_mirror.Worktree, "-c", "user.name=x", "-c", "user.email=x", "commit", "--quiet", "-m", "x");
        var commit = TargetRepository.RunIn(_mirror.Worktree, "rev-parse", "HEAD");

        var refusals = await PatchGuard.CheckAsync(_mirror.Git, head, commit, Proposed, Cancelled);

        Assert.Contains(refusals, refusal => refusal.Rule == rule);
    }

    [Fact]
    public async Task Protected_file_is_refused_even_when_it_was_proposed()
    {
        var head = await _mirror.CheckOutAsync(Cancelled);
        var proposal = new Proposal("x", [new ProposedFile(".github/workflows/ci.yml", "x\n", true)]);
        var commit = await _mirror.Git.CommitAsync(
            Mirror.Branch, head, new Dictionary<string, string> { [".github/workflows/ci.yml"] = "x\n" }, "x", DateTimeOffset.UnixEpoch, Cancelled);

        Assert.Equal("ci_file", Assert.Single(await PatchGuard.CheckAsync(_mirror.Git, head, commit, proposal, Cancelled)).Rule);
    }
}
