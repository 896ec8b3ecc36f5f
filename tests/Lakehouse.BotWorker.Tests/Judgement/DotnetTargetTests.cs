using Lakehouse.BotWorker.Cycles;
using Lakehouse.BotWorker.Judgement;
using Lakehouse.BotWorker.Tests.Worker;
using static Lakehouse.BotWorker.Tests.Judgement.SampleWorker;

namespace Lakehouse.BotWorker.Tests.Judgement;

/// <summary>Whole cycles on the demo's repository; each run of its tests builds it, so there are few.</summary>
public sealed class DotnetTargetTests(DotnetWorker sample) : IClassFixture<DotnetWorker>
{
    [Fact]
    public async Task New_failure_is_named_and_repaired_by_the_second_try_which_disables_another_test_and_is_flagged()
    {
        var week = sample.Read("tests/Shifts.Tests/WeekTests.cs");
        var at = week.IndexOf("public static void ", StringComparison.Ordinal);

        var view = await sample.RunAsync("Night shifts", Reply("night-shifts-first"), Reply("night-shifts-second", ("tests/Shifts.Tests/WeekTests.cs", week[..at] + "private" + week[(at + 6)..], false)));

        Ends(view, CycleOutcome.Ok);
        Assert.Contains("not on the base commit", view.Cycle.Tries[0].Reason!, StringComparison.Ordinal);
        Assert.Single(view.Cycle.Tries[0].Reason!.Split(" ShiftTests.").Skip(1));
        Assert.True(view.Cycle.Tests!.Passed > view.Cycle.Baseline!.Tests.Passed);
        Assert.Equal((Weakening.TestDeleted, "tests/Shifts.Tests/WeekTests.cs"), (Assert.Single(view.Cycle.WeakenedTests).Kind, view.Cycle.WeakenedTests[0].Path));
    }

    [Fact]
    public async Task Nothing_to_do_is_a_result()
    {
        var view = await sample.RunAsync("Quarter hours", """{"noop": true, "reason": "it is there"}""");

        Ends(view, CycleOutcome.CycleNoop);
        Assert.Equal("The model says that nothing is to be done: it is there", view.Cycle.Reason);
    }

    private static string Reply(string name, params (string Path, string Content, bool IsNew)[] more)
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "Replies", name);
        return StubGateway.Files(name, [.. Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(file => (Path.GetRelativePath(folder, file), File.ReadAllText(file), file.EndsWith("NightShiftTests.cs", StringComparison.Ordinal))), .. more]);
    }
}
