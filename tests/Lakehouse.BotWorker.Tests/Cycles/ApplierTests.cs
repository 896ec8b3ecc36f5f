using Lakehouse.BotWorker.Cycles;
using Lakehouse.BotWorker.Tests.Git;
using Lakehouse.Testing;

namespace Lakehouse.BotWorker.Tests.Cycles;

public sealed class ApplierTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public ApplierTests()
    {
        Directory.CreateDirectory(_folder.In("src"));
        File.WriteAllText(_folder.In("src", "a.txt"), "a\n");
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Files_are_added_updated_or_left_alone()
    {
        await File.WriteAllTextAsync(_folder.In("src", "same.txt"), "same\n", Cancelled);
        var written = File.GetLastWriteTimeUtc(_folder.In("src", "same.txt"));

        var applied = await ApplyAsync(("src/a.txt", "b\n", false), ("src/same.txt", "same\n", false), ("new/deep/c.txt", "c\n", true));

        Assert.Equal([("src/a.txt", FileChange.Update), ("src/same.txt", FileChange.Noop), ("new/deep/c.txt", FileChange.Add)], applied.Select(file => (file.Path, file.Change)));
        Assert.Equal("b\n", await File.ReadAllTextAsync(_folder.In("src", "a.txt"), Cancelled));
        Assert.Equal("c\n", await File.ReadAllTextAsync(_folder.In("new", "deep", "c.txt"), Cancelled));
        Assert.Equal(written, File.GetLastWriteTimeUtc(_folder.In("src", "same.txt")));
        Assert.DoesNotContain(Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories), file => file.Contains(".lakehouse-", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("src/a.txt", true, "proposed as new, but it exists")]
    [InlineData("src/b.txt", false, "proposed as a change, but it does not exist")]
    [InlineData("src", true, "is a folder")]
    [InlineData("src/a.txt/b.txt", true, "is a file, not a folder")]
    public async Task File_that_does_not_fit_stops_all_of_them(string path, bool isNew, string problem)
    {
        var before = FolderHash.Of(_folder.Path);

        var failure = await Assert.ThrowsAsync<ApplyException>(() => ApplyAsync(("first.txt", "first\n", true), (path, "x\n", isNew)));

        Assert.Contains(problem, failure.Message, StringComparison.Ordinal);
        Assert.Contains(path, failure.Message, StringComparison.Ordinal);
        Assert.Equal(before, FolderHash.Of(_folder.Path));
    }

    [Fact]
    public async Task Update_keeps_the_executable_bit()
    {
        Script.Write(_folder.In("run.sh"), "#!/bin/sh\n");

        await ApplyAsync(("run.sh", "#!/bin/sh\necho\n", false));

        Assert.True(new FileInfo(_folder.In("run.sh")).UnixFileMode.HasFlag(UnixFileMode.UserExecute));
    }

    [Fact]
    public async Task Byte_order_mark_makes_a_difference()
    {
        await File.WriteAllBytesAsync(_folder.In("src", "a.txt"), [0xEF, 0xBB, 0xBF, (byte)'a'], Cancelled);

        Assert.Equal(FileChange.Update, Assert.Single(await ApplyAsync(("src/a.txt", "a", false))).Change);
        Assert.Equal("61", Convert.ToHexString(await File.ReadAllBytesAsync(_folder.In("src", "a.txt"), Cancelled)));
    }

    [Fact]
    public async Task Failed_write_is_reported_with_the_file()
    {
        // a folder cannot be made below /proc, whoever asks
        var failure = await Assert.ThrowsAsync<ApplyException>(() =>
            Applier.ApplyAsync("/proc/self", new Proposal("x", [new ProposedFile("folder/a.txt", "a\n", true)]), Cancelled));

        Assert.Contains("folder/a.txt could not be written", failure.Message, StringComparison.Ordinal);
    }

    private Task<IReadOnlyList<AppliedFile>> ApplyAsync(params (string Path, string Content, bool IsNew)[] files) =>
        Applier.ApplyAsync(_folder.Path, new Proposal("x", [.. files.Select(file => new ProposedFile(file.Path, file.Content, file.IsNew))]), Cancelled);
}
