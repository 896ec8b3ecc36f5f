using Lakehouse.BotWorker.Cycles;
using Lakehouse.BotWorker.Guardrails;

namespace Lakehouse.BotWorker.Tests.Guardrails;

public sealed class ProposalGuardTests(GuardedTargetFixture fixture) : IClassFixture<GuardedTargetFixture>
{
    private readonly GuardedTarget _target = fixture.Target;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public void Corpus_is_large_and_its_names_are_unique()
    {
        Assert.True(HostileProposals.All.Count >= 150);
        Assert.Equal(HostileProposals.All.Count, HostileProposals.All.Select(proposal => proposal.Name).Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(HostileProposals.Names), MemberType = typeof(HostileProposals))]
    public async Task Hostile_proposal_is_refused_for_its_reason_and_leaves_the_target_untouched(string name)
    {
        var hostile = HostileProposals.All.Single(proposal => proposal.Name == name);
        var before = _target.Hash();

        var refusals = ProposalGuard.Check(hostile.ToProposal(), _target.Root);

        Assert.True(refusals.Any(refusal => refusal.Rule == hostile.Rule), $"{name}: {string.Join("; ", refusals)}");
        Assert.All(refusals, refusal => Assert.False(string.IsNullOrWhiteSpace(refusal.Reason)));
        Assert.All(refusals, refusal => Assert.DoesNotContain(refusal.ToString(), char.IsControl));
        Assert.Equal(before, _target.Hash());

        // also when somebody forgets to ask the guard, nothing gets out of the worktree or into .git
        if (hostile.Rule is "traversal" or "absolute_path" or "symbolic_link" or "git_directory" or "parent_is_file" or "submodule" && hostile.Files is [{ }])
        {
            await Assert.ThrowsAsync<ApplyException>(() => Applier.ApplyAsync(_target.Root, hostile.ToProposal(), Cancelled));
            Assert.Equal(before, _target.Hash());
        }
    }

    [Theory]
    [InlineData("src/hello.txt", "hello world\n", false)]
    [InlineData("src/new.txt", "new\n", true)]
    [InlineData("src/deep/er/new.txt", "new\n", true)]
    [InlineData("README.md", "# Read me\n", true)]
    [InlineData("docs/guide.md", "Text.\n", true)]
    [InlineData("docs/address.md", "Text.\n", true)]
    [InlineData("docs/Übersicht.md", "Grüße\n", true)]
    [InlineData("docs/说明.md", "文\n", true)]
    [InlineData("src/windows.txt", "one\r\nzwei\r\n", false)]
    [InlineData("src/empty.txt", "", false)]
    [InlineData("src/keys.cs", "class Keys;\n", true)]
    [InlineData("src/environment.cs", "class Env;\n", true)]
    [InlineData("src/percent%2e%2e.txt", "stays literal\n", true)]
    [InlineData("src/a~b.txt", "x\n", true)]
    [InlineData(".gitignore", "bin/\n", true)]
    [InlineData("src/.editorconfig", "root = true\n", true)]
    [InlineData("src/console.cs", "class C;\n", true)]
    [InlineData("src/no-newline.txt", "x", true)]
    [InlineData("src/ta\u00E9.txt", "\uFEFFwith a byte order mark\n", true)]
    [InlineData("Cargo.toml", "[package]\n", true)]
    [InlineData("package.json", "{}\n", true)]
    [InlineData("src/emoji.txt", "🙂\n", true)]
    [InlineData("gitea/readme.md", "x\n", true)]
    [InlineData("src/git.cs", "x\n", true)]
    public void Honest_proposal_passes(string path, string content, bool isNew)
    {
        Assert.Empty(ProposalGuard.Check(new Proposal("honest", [new ProposedFile(path, content, isNew)]), _target.Root));
    }

    [Fact]
    public void Every_refused_file_is_named()
    {
        var proposal = new Proposal("two", [new ProposedFile("../x", "x", true), new ProposedFile("src/ok.txt", "x", true), new ProposedFile(".env", "x", true)]);

        var refusals = ProposalGuard.Check(proposal, _target.Root);

        Assert.Equal([("../x", "traversal"), (".env", "secret")], refusals.Select(refusal => (refusal.Path, refusal.Rule)));
    }
}

public sealed class GuardedTargetFixture : IDisposable
{
    internal GuardedTarget Target { get; } = new();

    public void Dispose() => Target.Dispose();
}
