using Lakehouse.BotWorker.Cycles;

namespace Lakehouse.BotWorker.Tests.Cycles;

public sealed class HistoryBlockTests
{
    private static readonly DateTimeOffset At = new(2026, 4, 22, 5, 15, 59, TimeSpan.FromHours(2));

    [Fact]
    public void First_cycle_on_a_gap_has_no_block()
    {
        Assert.Null(HistoryBlock.Render([]));
    }

    [Fact]
    public void Block_has_the_agreed_form()
    {
        IReadOnlyList<PastCycle> history =
        [
            new("c3", At, CycleOutcome.TestsFailed, "1 of 3 tests failed:\n  Greets_by_name", ["src/a.cs", "tests/a.cs"], null),
            new("c2", At.AddDays(-1), CycleOutcome.Ok, null, ["src/a.cs"], "http://localhost:3300/pulls/1"),
            new("c1", At.AddDays(-2), CycleOutcome.ModelFailed, "the answer holds no JSON object", [], null),
        ];

        Assert.Equal(
            """
            Prior attempts on this gap (3 most recent):
            - 2026-04-22 03:15 UTC — tests_failed
              reason: 1 of 3 tests failed: Greets_by_name
              files: src/a.cs, tests/a.cs
            - 2026-04-21 03:15 UTC — ok
              PR: http://localhost:3300/pulls/1
            - 2026-04-20 03:15 UTC — model_failed
              reason: the answer holds no JSON object
            Learn from these: build on what worked, avoid paths that failed.
            """.ReplaceLineEndings("\n"),
            HistoryBlock.Render(history));
    }

    [Fact]
    public void Only_the_five_latest_are_told()
    {
        var history = Enumerable.Range(0, 7).Select(n => new PastCycle($"c{n}", At.AddDays(-n), CycleOutcome.TestsFailed, $"reason {n}", [], null)).ToList();

        var block = HistoryBlock.Render(history);

        Assert.StartsWith("Prior attempts on this gap (5 most recent):\n", block, StringComparison.Ordinal);
        Assert.Contains("reason 4", block, StringComparison.Ordinal);
        Assert.DoesNotContain("reason 5", block, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(0, false)]
    public void Fewer_are_told_where_fewer_are_asked_for(int most, bool any)
    {
        IReadOnlyList<PastCycle> history = [new("c2", At, CycleOutcome.TestsFailed, "the later", [], null), new("c1", At.AddDays(-1), CycleOutcome.TestsFailed, "the earlier", [], null)];

        var block = HistoryBlock.Render(history, most);

        Assert.Equal(any, block is not null);
        Assert.Equal(any, block?.Contains("the later", StringComparison.Ordinal) ?? false);
        Assert.DoesNotContain("the earlier", block ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void Long_reason_is_cut()
    {
        var block = HistoryBlock.Render([new PastCycle("c", At, CycleOutcome.TestsFailed, new string('x', 5_000), [], null)]);

        Assert.True(block!.Length < 1_000);
        Assert.Contains("xxx…\n", block, StringComparison.Ordinal);
    }
}
