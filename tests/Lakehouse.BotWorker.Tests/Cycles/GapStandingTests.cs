using Lakehouse.BotWorker.Cycles;
using Lakehouse.BotWorker.Forges;

namespace Lakehouse.BotWorker.Tests.Cycles;

public sealed class GapStandingTests
{
    private static readonly DateTimeOffset Now = new(2026, 4, 22, 12, 0, 0, TimeSpan.Zero);
    private static readonly GapPauseOptions Pause = new();

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 4)]
    [InlineData(4, 8)]
    [InlineData(40, 720)]
    public void Pause_grows_with_each_failure_up_to_thirty_days(int failures, int hours) => Assert.Equal(TimeSpan.FromHours(hours), Pause.After(failures));

    [Fact]
    public void Gap_cools_down_until_the_pause_is_over_to_the_moment()
    {
        var facts = GapFacts.None with { Failures = 2, LastFailureAt = Now };

        var cooling = GapStanding.Of(facts, Pause, Now + TimeSpan.FromHours(2) - TimeSpan.FromMilliseconds(1));
        var eligible = GapStanding.Of(facts, Pause, Now + TimeSpan.FromHours(2));

        Assert.Equal((GapState.CoolingDown, (DateTimeOffset?)Now.AddHours(2)), (cooling.State, cooling.CoolingUntil));
        Assert.Contains("2 failures in a row", cooling.Why, StringComparison.Ordinal);
        Assert.Equal((GapState.Eligible, null), (eligible.State, eligible.Why));
    }

    [Fact]
    public void Pause_of_nothing_never_cools() =>
        Assert.Equal(GapState.Eligible, GapStanding.Of(GapFacts.None with { Failures = 4, LastFailureAt = Now }, new() { First = TimeSpan.Zero }, Now).State);

    [Fact]
    public void What_weighs_more_is_the_state()
    {
        var declined = GapFacts.None with { Failures = 1, LastFailureAt = Now, LastingEnd = End(EndCode.Declined) };
        var parked = declined with { Parked = new Parked(Now, "5 failures in a row", "bot") };
        var running = parked with { RunningCycleId = "c9" };

        Assert.Equal([GapState.Declined, GapState.Parked, GapState.InProgress], new[] { declined, parked, running }.Select(facts => GapStanding.Of(facts, Pause, Now).State));
    }

    [Fact]
    public void Forge_has_the_last_word_on_a_pull_request()
    {
        var open = GapStanding.Of(GapFacts.None with { LastingEnd = End(code: null) }, Pause, Now);
        var closed = new PullRequest(7, "http://forge/7", "t", "bot/x-1", Open: false);

        Assert.Equal(GapState.OpenPr, open.State);
        Assert.Equal(GapState.Declined, open.Seen(closed).State);
        Assert.Equal(GapState.OpenPr, open.Seen(closed).Seen(closed with { Open = true }).State);
        Assert.Equal(GapState.Eligible, GapStanding.Of(GapFacts.None, Pause, Now).Seen(closed).State);
    }

    [Fact]
    public void Every_lasting_code_has_its_state() =>
        Assert.All(GapStanding.LastingCodes, code => Assert.NotEqual(GapState.Eligible, GapStanding.Of(GapFacts.None with { LastingEnd = End(code) }, Pause, Now).State));

    private static GapCycle End(EndCode? code) => new("c1", Now, code is null ? CycleOutcome.Ok : CycleOutcome.SkippedPolicy, code, "because");
}
