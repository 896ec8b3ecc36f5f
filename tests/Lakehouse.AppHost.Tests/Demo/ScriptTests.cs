using System.Text.Json.Nodes;
using Lakehouse.AppHost.Demo;

namespace Lakehouse.AppHost.Tests.Demo;

public sealed class ScriptTests
{
    private const int TestsOfTheTarget = 7;

    private const string Failed = """
        Prior attempts on this gap (1 most recent):
        - 2026-04-22 03:15 UTC — tests_failed
          reason: 8 passed, 1 failed
          files: src/Shifts/Shift.cs
        Learn from these: build on what worked, avoid paths that failed.
        """;

    [Fact]
    public async Task First_gap_lands_with_more_tests()
    {
        using var demo = await DemoRepository.MakeAsync();
        demo.Apply(DemoRepository.Ask(DemoRepository.Gaps[0]));

        var tests = await demo.RunTestsAsync();

        Assert.Equal((0, TestsOfTheTarget + 3, 0), (tests.ExitCode, tests.Passed, tests.Failed));
        Assert.Equal(["M src/Shifts/Week.cs", "?? src/Shifts/QuarterHours.cs", "?? tests/Shifts.Tests/QuarterHoursTests.cs"], await ChangesAsync(demo));
    }

    [Fact]
    public async Task Second_gap_changes_nothing()
    {
        using var demo = await DemoRepository.MakeAsync();
        var reply = DemoRepository.Ask(DemoRepository.Gaps[1]);
        demo.Apply(reply);

        Assert.Single(JsonNode.Parse(reply)!["files"]!.AsArray());
        Assert.Equal([], await ChangesAsync(demo));
    }

    [Fact]
    public async Task Third_gap_fails_a_test_at_first()
    {
        using var demo = await DemoRepository.MakeAsync();
        demo.Apply(DemoRepository.Ask(DemoRepository.Gaps[2]));

        var tests = await demo.RunTestsAsync();

        Assert.Equal((1, TestsOfTheTarget + 1, 1), (tests.ExitCode, tests.Passed, tests.Failed));
        Assert.Contains("FAILED  ShiftTests.Shift_that_ends_as_it_starts_pays_nothing", tests.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Third_gap_lands_when_the_history_says_what_failed()
    {
        using var demo = await DemoRepository.MakeAsync();
        demo.Apply(DemoRepository.Ask(DemoRepository.Gaps[2], Failed));

        var tests = await demo.RunTestsAsync();

        Assert.Equal((0, TestsOfTheTarget + 2, 0), (tests.ExitCode, tests.Passed, tests.Failed));
    }

    [Fact]
    public void History_of_another_end_than_red_tests_does_not_change_the_first_answer()
    {
        var other = Failed.Replace("tests_failed", "model_failed", StringComparison.Ordinal);

        Assert.Equal(DemoRepository.Ask(DemoRepository.Gaps[2]), DemoRepository.Ask(DemoRepository.Gaps[2], other));
        Assert.NotEqual(DemoRepository.Ask(DemoRepository.Gaps[2]), DemoRepository.Ask(DemoRepository.Gaps[2], Failed));
    }

    [Theory]
    [InlineData(0, "src/Shifts/QuarterHours.cs")]
    [InlineData(2, "End.AddDays(1)")]
    public void Gap_that_was_merged_already_needs_nothing(int gap, string evidence)
    {
        var reply = JsonNode.Parse(new Script().Answer($"{DemoRepository.Gaps[gap]}\n{evidence}", asJson: true))!.AsObject();

        Assert.Equal("nothing_to_do", Assert.Single(reply).Key);
    }

    [Fact]
    public void Every_reply_says_that_it_is_scripted()
    {
        Assert.All(DemoRepository.Gaps, gap => Assert.StartsWith("(scripted, no AI) ", JsonNode.Parse(DemoRepository.Ask(gap))!["summary"]!.GetValue<string>(), StringComparison.Ordinal));
        Assert.StartsWith("(scripted, no AI) ", new Script().Answer("hello", asJson: false), StringComparison.Ordinal);
    }

    private static async Task<IEnumerable<string>> ChangesAsync(DemoRepository demo) =>
        (await demo.GitAsync("status", "--porcelain", "--untracked-files=all"))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Trim());
}
