using System.Text.RegularExpressions;
using Lakehouse.BotWorker.Cycles;
using Lakehouse.Testing;

namespace Lakehouse.BotWorker.Tests.Compounding;

/// <summary>Measures whether a gap's second cycle lands what its first could not, and whether that is because of what it is told.</summary>
public sealed class CompoundingTests(TestPostgres postgres)
{
    private const string Update = "LAKEHOUSE_UPDATE_SNAPSHOTS";
    private const string Page = "docs/compounding.md";

    [Fact]
    public async Task Second_cycle_lands_what_the_first_could_not_when_it_is_told_why_and_only_then()
    {
        var runs = await Task.WhenAll(CompoundingRun.RunAsync(postgres, history: HistoryBlock.MostRecent), CompoundingRun.RunAsync(postgres, history: 0));
        var (told, untold) = (runs[0], runs[1]);

        Assert.All(told, result => Assert.True(result.First.Outcome == result.Gap.First, $"{result.Gap.Title}: {result.First.Outcome}: {result.First.Reason}"));
        Assert.Equal(told.Select(result => result.First.Outcome), untold.Select(result => result.First.Outcome));
        Assert.All(told, result => Assert.True(result.LandedFirst || result.LandedSecond, $"{result.Gap.Title}: {result.Second?.Outcome}: {result.Second?.Reason}"));
        Assert.All(untold.Where(result => !result.LandedFirst), result =>
        {
            Assert.False(result.LandedSecond, result.Gap.Title);
            // it ends the same way again, and not by being skipped
            Assert.Equal((result.Gap.First, 2), (result.Second!.Outcome, result.Prompts.Count));
        });

        // nothing differs between these runs but the account of the past
        Assert.Equal(told.Select(result => result.Prompts[0]), untold.Select(result => result.Prompts[0]));
        Assert.All(untold.Where(result => !result.LandedFirst), result => Assert.Equal(result.Prompts[0], result.Prompts[1]));
        Assert.All(told.Where(result => !result.LandedFirst), result =>
        {
            Assert.DoesNotMatch(result.Gap.Clue, result.Prompts[0]);
            Assert.Matches(result.Gap.Clue, result.Prompts[1]);
        });
        await IsPublishedAsync(Table(told, untold));
    }

    private static string Table(IReadOnlyList<CompoundingResult> told, IReadOnlyList<CompoundingResult> untold)
    {
        var rows = told.Zip(untold, (with, without) => $"| {with.Gap.Failure} | {Shown(with, with.First)} | {Shown(with, with.Second)} | {Shown(without, without.Second)} |\n");
        return $"""
            {told.Count} gaps: {told.Count(result => result.LandedFirst)} landed in the first cycle, {told.Count(result => result.LandedSecond)} more in the second with history, {untold.Count(result => result.LandedSecond)} more in the second without.

            | what went wrong first | first cycle | second, with history | second, without |
            |---|---|---|---|

            """.ReplaceLineEndings("\n") + string.Concat(rows);
    }

    private static string Shown(CompoundingResult result, CycleRecord? cycle) =>
        cycle is null ? "" : $"`{cycle.Outcome!.Value.ToText()}`{(result.Gap.HasLanded(cycle) ? ", landed" : cycle.Outcome == CycleOutcome.Ok ? ", turned down" : "")}";

    private static async Task IsPublishedAsync(string table)
    {
        var cancelled = TestContext.Current.CancellationToken;
        var file = Path.Combine(Built.Checkout, Page);
        if (Environment.GetEnvironmentVariable(Update) is "1")
        {
            var page = await File.ReadAllTextAsync(file, cancelled);
            await File.WriteAllTextAsync(file, Regex.Replace(page, @"(?<=<!-- compounding:begin -->\n).*(?=<!-- compounding:end -->)", _ => table, RegexOptions.Singleline), cancelled);
        }

        Assert.True((await File.ReadAllTextAsync(file, cancelled)).Contains(table, StringComparison.Ordinal), $"{Page} does not have the table that was measured. If that is meant, run this test once with {Update}=1 and commit the page.\n{table}");
    }
}
