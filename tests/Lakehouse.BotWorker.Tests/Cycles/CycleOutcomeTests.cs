using Lakehouse.BotWorker.Cycles;

namespace Lakehouse.BotWorker.Tests.Cycles;

public sealed class CycleOutcomeTests
{
    [Fact]
    public void Outcomes_have_the_thirteen_agreed_names()
    {
        Assert.Equal(
            [
                "ok", "cycle_noop", "skipped_pause", "skipped_cost", "skipped_policy", "skipped_dirty_tree", "skipped_no_gap", "model_failed",
                "proposal_rejected", "apply_failed", "tests_failed", "pr_skipped_by_policy", "pr_failed",
            ],
            Enum.GetValues<CycleOutcome>().Select(outcome => outcome.ToText()));
        Assert.All(Enum.GetValues<CycleOutcome>(), outcome => Assert.Equal(outcome, CycleOutcomes.Parse(outcome.ToText())));
    }

    [Fact]
    public void Unknown_name_is_refused_with_the_known_ones()
    {
        Assert.Contains("tests_failed", Assert.Throws<FormatException>(() => CycleOutcomes.Parse("TestsFailed")).Message, StringComparison.Ordinal);
    }
}
