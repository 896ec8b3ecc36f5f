using Lakehouse.BotWorker.Cycles;
using Lakehouse.BotWorker.Sandbox;

namespace Lakehouse.BotWorker.Tests;

public sealed class PolicyTests
{
    private static readonly DateTimeOffset Now = new(2026, 4, 22, 12, 0, 0, TimeSpan.Zero);
    private static readonly Gap First = Gap("first");
    private static readonly Gap Second = Gap("second");
    private static readonly TestRun Green = new(true, 3, 0, 0, false, TimeSpan.FromSeconds(1), "", "3 tests passed");

    [Theory]
    [InlineData(4, "tests_failed", 0, true)]
    [InlineData(5, "tests_failed", 0, false)]
    [InlineData(5, "model_failed", 0, false)]
    [InlineData(5, "cycle_noop", 0, true)]
    [InlineData(5, "tests_failed", 1, true)]
    public void Cycle_waits_after_five_failures_in_a_row_today(int count, string outcome, int daysAgo, bool allowed)
    {
        var recent = Enumerable.Range(0, count).Select(n => Past(CycleOutcomes.Parse(outcome), Now.AddDays(-daysAgo).AddMinutes(-n))).ToList();

        var verdict = Policy.ShouldRunCycle(new CycleContext("x", 1, null, recent, Now));

        Assert.Equal(allowed, verdict.Allowed);
        Assert.NotEmpty(verdict.Reason);
    }

    [Fact]
    public void Gap_that_a_person_names_is_tried_all_the_same()
    {
        var recent = Enumerable.Range(0, 5).Select(n => Past(CycleOutcome.TestsFailed, Now.AddMinutes(-n))).ToList();

        Assert.True(Policy.ShouldRunCycle(new CycleContext("x", 1, null, recent, Now, First.Id)).Allowed);
    }

    [Fact]
    public void Success_in_between_ends_the_row_of_failures()
    {
        var recent = Enumerable.Range(0, 8).Select(n => Past(n == 4 ? CycleOutcome.Ok : CycleOutcome.TestsFailed, Now.AddMinutes(-n))).ToList();

        Assert.True(Policy.ShouldRunCycle(new CycleContext("x", 1, null, recent, Now)).Allowed);
    }

    [Fact]
    public void Gap_that_was_never_tried_is_picked_first()
    {
        Assert.Equal(First, Policy.PickGap([First, Second], History()));
        Assert.Equal(Second, Policy.PickGap([First, Second], History((First, Past(CycleOutcome.TestsFailed, Now)))));
    }

    [Fact]
    public void Of_tried_gaps_the_one_whose_last_try_is_longest_ago_is_picked()
    {
        Assert.Equal(Second, Policy.PickGap([First, Second], History(
            (First, Past(CycleOutcome.TestsFailed, Now)), (Second, Past(CycleOutcome.TestsFailed, Now.AddHours(-1))))));
    }

    [Fact]
    public void Gap_that_has_a_pull_request_is_left_alone()
    {
        Assert.Null(Policy.PickGap([First], History((First, Past(CycleOutcome.Ok, Now)))));
    }

    [Fact]
    public void Small_proposal_is_accepted_and_a_large_one_is_not()
    {
        Assert.True(Policy.ScoreProposal(Proposal(8, 100), First, []).Allowed);
        Assert.False(Policy.ScoreProposal(Proposal(9, 100), First, []).Allowed);
        Assert.False(Policy.ScoreProposal(Proposal(1, 60_001), First, []).Allowed);
    }

    [Fact]
    public void Same_files_that_failed_three_times_are_not_tried_again()
    {
        var failed = Enumerable.Range(0, 3).Select(_ => Past(CycleOutcome.TestsFailed, Now, "1.cs", "0.cs")).ToList();

        Assert.False(Policy.ScoreProposal(Proposal(2, 10), First, failed).Allowed);
        Assert.True(Policy.ScoreProposal(Proposal(2, 10), First, [.. failed.Skip(1)]).Allowed);
        Assert.True(Policy.ScoreProposal(Proposal(3, 10), First, failed).Allowed);
    }

    [Fact]
    public void Pull_request_needs_green_tests_content_and_none_before_it()
    {
        Assert.True(Policy.ShouldOpenPR(Proposal(1, 10), First, Green, []).Allowed);
        Assert.False(Policy.ShouldOpenPR(Proposal(1, 10), First, Green with { Green = false, Reason = "red" }, []).Allowed);
        Assert.False(Policy.ShouldOpenPR(Proposal(1, 0), First, Green, []).Allowed);
        Assert.False(Policy.ShouldOpenPR(Proposal(1, 10), First, Green, [Past(CycleOutcome.Ok, Now)]).Allowed);
    }

    private static Gap Gap(string line) => new(GapReader.IdOf(line), line, line, 1);

    private static PastCycle Past(CycleOutcome outcome, DateTimeOffset at, params string[] files) => new("c", at, outcome, null, files, null);

    private static Proposal Proposal(int files, int characters) =>
        new("x", [.. Enumerable.Range(0, files).Select(n => new ProposedFile($"{n}.cs", new string('x', characters), true))]);

    private static Dictionary<string, IReadOnlyList<PastCycle>> History(params (Gap Gap, PastCycle Cycle)[] cycles) =>
        cycles.GroupBy(pair => pair.Gap.Id).ToDictionary(group => group.Key, group => (IReadOnlyList<PastCycle>)[.. group.Select(pair => pair.Cycle)]);
}
