using System.Text.Json.Nodes;
using Lakehouse.AppHost.Demo;

namespace Lakehouse.AppHost.Tests.Demo;

public sealed class ScriptTests
{
    private const int TestsOfTheTarget = 7;

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

        Assert.False(Assert.Single(JsonNode.Parse(reply)!["files"]!.AsArray())!["is_new"]!.GetValue<bool>());
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
        demo.Apply(DemoRepository.Ask(DemoRepository.Gaps[2], BotPrompt.TestsFailed));

        var tests = await demo.RunTestsAsync();

        Assert.Equal((0, TestsOfTheTarget + 2, 0), (tests.ExitCode, tests.Passed, tests.Failed));
    }

    [Fact]
    public void History_of_another_end_than_red_tests_does_not_change_the_first_answer()
    {
        var other = BotPrompt.TestsFailed.Replace("tests_failed", "model_failed", StringComparison.Ordinal);

        Assert.Equal(DemoRepository.Ask(DemoRepository.Gaps[2]), DemoRepository.Ask(DemoRepository.Gaps[2], other));
        Assert.NotEqual(DemoRepository.Ask(DemoRepository.Gaps[2]), DemoRepository.Ask(DemoRepository.Gaps[2], BotPrompt.TestsFailed));
    }

    [Theory]
    [InlineData(0, "quarter-hours")]
    [InlineData(2, "night-shifts-second")]
    public void Gap_that_was_merged_already_needs_nothing(int gap, string reply)
    {
        var answer = new Script().Answer(BotPrompt.For(DemoRepository.Gaps[gap], merged: DemoFiles.Reply(reply)), asJson: false);

        Assert.Equal("nothing_to_do", Assert.Single(JsonNode.Parse(answer)!.AsObject()).Key);
    }

    [Fact]
    public void Gap_of_another_repository_is_declined_in_the_bots_own_words()
    {
        var answer = DemoRepository.Ask("- Export invoices as PDF. [bot-eligible]");

        var field = Assert.Single(JsonNode.Parse(answer)!.AsObject());
        Assert.Equal("cannot", field.Key);
        Assert.Contains("scripted, no AI", field.Value!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public void Script_knows_the_gaps_of_the_target_and_no_other()
    {
        var known = new Script().Entries.Select(entry => entry.Gap).Distinct();

        Assert.Equal(DemoRepository.Gaps, known);
    }

    [Fact]
    public void Replies_write_sources_and_tests_only()
    {
        var replies = DemoRepository.Gaps.Select(gap => DemoRepository.Ask(gap)).Append(DemoRepository.Ask(DemoRepository.Gaps[2], BotPrompt.TestsFailed));

        var paths = replies.SelectMany(reply => JsonNode.Parse(reply)!["files"]!.AsArray()).Select(file => file!["path"]!.GetValue<string>());
        Assert.All(paths, path => Assert.Matches("^(src|tests)/[A-Za-z./]+\\.cs$", path));
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
