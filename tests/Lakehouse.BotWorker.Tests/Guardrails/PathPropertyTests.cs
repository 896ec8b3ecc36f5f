using CsCheck;
using Lakehouse.BotWorker.Cycles;
using Lakehouse.BotWorker.Guardrails;
using Lakehouse.Testing;

namespace Lakehouse.BotWorker.Tests.Guardrails;

/// <summary>Whatever a path is made of: it is refused, or it names a file inside the worktree and outside of git's folder.</summary>
public sealed class PathPropertyTests
{
    private static readonly string[] Pieces =
    [
        "..", ".", "", "/", "//", "\\", "src", "SRC", "hello.txt", ".git", ".GIT", ".g\u200Dit", "git~1", "\uFF0E\uFF0E", "..\u2044", "%2e%2e", "%2f", "~", "C:", "c:\\", "\0", "\n", " ", ". ",
        "link", "out", "file", "con", "nul.txt", "e\u0301", "\u202E", "...", "a", "b", ".env", "\uD800", "etc", "passwd", "\\\\?\\", "$(x)", "`x`", ";", "|", "*", "\u2025", "\uFF0F",
    ];

    private static readonly string[] Joints = ["/", "/", "", "//", "\\", "/./"];

    private static readonly Gen<string> Spelling =
        Gen.Select(Gen.Int[0, Pieces.Length - 1], Gen.Int[0, Joints.Length - 1]).Array[1, 7]
            .Select(chosen => string.Concat(chosen.Select((pair, i) => Pieces[pair.Item1] + (i < chosen.Length - 1 ? Joints[pair.Item2] : ""))));

    [Fact]
    public void Path_that_is_not_refused_stays_inside_the_worktree()
    {
        using var folder = new TemporaryFolder();
        var worktree = folder.In("worktree");
        Directory.CreateDirectory(Path.Combine(worktree, "src"));
        Directory.CreateDirectory(folder.In("outside"));
        File.WriteAllText(Path.Combine(worktree, "file"), "x");
        File.CreateSymbolicLink(Path.Combine(worktree, "link"), folder.In("outside"));
        Directory.CreateSymbolicLink(Path.Combine(worktree, "out"), folder.In("outside"));

        Spelling.Sample(path =>
        {
            var refused = ProposalGuard.Check(new Proposal("x", [new ProposedFile(path, "text\n", true)]), worktree).Count > 0;
            var full = WorktreePath.Resolve(worktree, path, out var refusal);
            Assert.True((full is null) == (refusal is not null));
            if (!refused)
            {
                Assert.NotNull(full);
                Write(worktree, path);
                Assert.Empty(Directory.EnumerateFileSystemEntries(folder.In("outside")));
                Assert.Equal(2, Directory.EnumerateFileSystemEntries(folder.Path).Count());
            }

            if (full is not null)
            {
                Assert.StartsWith(worktree + "/", full, StringComparison.Ordinal);
                Assert.Equal(path, Path.GetRelativePath(worktree, full));
                Assert.DoesNotContain(path.Split('/'), segment => segment.Equals(".git", StringComparison.OrdinalIgnoreCase) || segment == "..");
                Assert.False(path.Split('/')[0] is "link" or "out", path);
            }
        }, iter: 20_000);
    }

    private static void Write(string worktree, string path)
    {
        try
        {
            Applier.ApplyAsync(worktree, new Proposal("x", [new ProposedFile(path, "text\n", true)]), CancellationToken.None).GetAwaiter().GetResult();
        }
        catch (ApplyException)
        {
            // there already, or below a file of an earlier spelling
        }
    }

    [Fact]
    public void Path_of_plain_names_is_never_refused_by_its_shape()
    {
        var name = Gen.Char["abcdefghijklmnopqrstuvwxyz"].Array[4, 12].Select(letters => new string(letters));
        Gen.Select(name.Array[1, 5], name).Sample((folders, file) => Assert.Null(PathRules.Check($"{string.Join('/', folders)}/{file}.cs")));
    }
}
