using Lakehouse.AppHost.Demo;
using Lakehouse.AppHost.Engines;
using Lakehouse.Testing;

namespace Lakehouse.AppHost.Tests.Demo;

public sealed class DemoTargetTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Target_is_one_clean_commit_on_main_by_its_own_author()
    {
        using var demo = await DemoRepository.MakeAsync();

        Assert.Equal("main", await demo.GitAsync("-C", demo.Path, "branch", "--show-current"));
        Assert.Equal("", await demo.GitAsync("-C", demo.Path, "status", "--porcelain"));
        Assert.Equal("Lakehouse demo <demo@lakehouse.invalid> Pay shifts and weeks by the hour", await demo.GitAsync("-C", demo.Path, "log", "--format=%an <%ae> %s"));
        Assert.False(Directory.Exists(demo.Path + ".new"));
        Assert.All(DemoFiles.Target, file => Assert.Equal(file.Value, File.ReadAllText(Path.Combine(demo.Worktree, file.Key))));
    }

    [Fact]
    public async Task Target_is_made_once_and_what_was_done_to_it_stays()
    {
        using var demo = await DemoRepository.MakeAsync();
        await File.WriteAllTextAsync(Path.Combine(demo.Path, "README.md"), "mine", Cancelled);

        await DemoTarget.EnsureAsync(demo.Path, Cancelled);

        Assert.Equal("mine", await File.ReadAllTextAsync(Path.Combine(demo.Path, "README.md"), Cancelled));
    }

    [Fact]
    public async Task Target_half_made_by_a_killed_start_is_replaced()
    {
        using var folder = new TemporaryFolder();
        var target = folder.In("target");
        Directory.CreateDirectory(Path.Combine(target + ".new", ".git", "objects"));
        await File.WriteAllTextAsync(Path.Combine(target + ".new", "half"), "made", Cancelled);
        Directory.CreateDirectory(target);

        await DemoTarget.EnsureAsync(target + "/", Cancelled);

        Assert.True(File.Exists(Path.Combine(target, "docs", "PRD.md")));
        Assert.False(File.Exists(Path.Combine(target, "half")));
        Assert.False(Directory.Exists(target + ".new"));
    }

    [Fact]
    public async Task Folder_that_holds_something_else_is_refused_and_left_alone()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.In("thesis.txt"), "years of work", Cancelled);

        var refused = await Assert.ThrowsAsync<EngineException>(() => DemoTarget.EnsureAsync(folder.Path, Cancelled));

        Assert.Contains(folder.Path, refused.Message, StringComparison.Ordinal);
        Assert.Equal("years of work", await File.ReadAllTextAsync(folder.In("thesis.txt"), Cancelled));
    }

    [Fact]
    public void Prd_has_three_gaps_whose_contexts_do_not_overlap()
    {
        var lines = DemoFiles.Target["docs/PRD.md"].Split('\n');
        var tagged = lines.Index().Where(line => line.Item.Contains("[bot-eligible]", StringComparison.Ordinal)).Select(line => line.Index).ToList();

        Assert.Equal(3, tagged.Count);
        Assert.All(tagged.Zip(tagged.Skip(1)), pair => Assert.True(pair.Second - pair.First > 5));
    }

    [Fact]
    public async Task Tests_of_the_target_are_green_offline_with_an_empty_home()
    {
        using var demo = await DemoRepository.MakeAsync();

        var tests = await demo.RunTestsAsync();

        Assert.Equal((0, 7, 0), (tests.ExitCode, tests.Passed, tests.Failed));
        Assert.Equal("", await demo.GitAsync("status", "--porcelain"));
    }
}
