using Lakehouse.BotWorker.Cycles;
using Lakehouse.BotWorker.Judgement;
using Lakehouse.BotWorker.Tests.Worker;
using static Lakehouse.BotWorker.Tests.Judgement.SampleWorker;

namespace Lakehouse.BotWorker.Tests.Judgement;

/// <summary>Whole cycles on a C program with a makefile and tests in shell.</summary>
public sealed class MakeTargetTests(MakeWorker sample) : IClassFixture<MakeWorker>
{
    private const string Space = "if (isspace(c)) {";
    private const string LastCheck = "check \"nothing\" \"\" 0\n";

    [Fact]
    public async Task New_failure_goes_back_to_the_model_which_repairs_it_and_brings_a_test()
    {
        var view = await sample.RunAsync("Hyphens", Words(Space, "if (isspace(c) || c == 'o') {"), With(Words(Space, "if (isspace(c) && c != '-') {"), ("tests/run.sh", Tests(LastCheck, LastCheck + "check \"hyphen\" \"a-b\" 1\n"))));

        Ends(view, CycleOutcome.Ok);
        Assert.Contains("two words", view.Cycle.Tries[0].Reason!, StringComparison.Ordinal);
        Assert.Equal((4, 5), (view.Cycle.Baseline!.Tests.Passed, view.Cycle.Tests!.Passed));
        Assert.Empty(view.Cycle.WeakenedTests);
    }

    [Fact]
    public async Task Change_that_does_not_compile_goes_back_and_without_a_better_one_ends_tests_failed()
    {
        var broken = Words(Space, "if (isspace(c) {");

        var view = await sample.RunAsync("Lines", broken, broken);

        Ends(view, CycleOutcome.TestsFailed);
        Assert.Equal(2, view.Cycle.Spent.Calls);
        Assert.EndsWith("Try 2 brought no other proposal: The model proposed the same files again.", view.Cycle.Reason!, StringComparison.Ordinal);
        Assert.Contains("error:", sample.Host.Gateway.Calls.Last().Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Old_failure_is_kept_and_the_pull_request_says_so()
    {
        var tests = sample.Read("tests/run.sh");
        await sample.Host.Target.WriteAsync("tests/run.sh", Tests(LastCheck, LastCheck + "check \"was red before\" \"a\" 7\n"));
        await sample.Host.Target.CommitAsync("Break a test");
        try
        {
            var view = await sample.RunAsync("Help", Words("long count = 0;", "long count = 0L;"));

            Ends(view, CycleOutcome.Ok);
            Assert.True(view.Cycle.Tests!.OnlyOldFailures);
            Assert.Contains("**Old failures kept** The tests are red, as they are without this change: `was red before`", await sample.Host.PullBodyAsync(view), StringComparison.Ordinal);
        }
        finally
        {
            await sample.Host.Target.WriteAsync("tests/run.sh", tests);
            await sample.Host.Target.CommitAsync("Remove the broken test");
        }
    }

    [Fact]
    public async Task Weakened_tests_and_their_rule_are_flagged_and_flaky_ones_named()
    {
        var flaky = Tests("check \"nothing\" \"\" 0", "check \"sometimes\" \"a\" $([ -e ran ] && echo 1 || { touch ran; echo 2; })");
        var makefile = sample.Read("Makefile").Replace("\tsh tests/run.sh", "\t-sh tests/run.sh", StringComparison.Ordinal);

        var view = await sample.RunAsync("Longest", StubGateway.Files("Tests", ("tests/run.sh", flaky, false), ("Makefile", makefile, false)));

        Ends(view, CycleOutcome.Ok);
        Assert.Equal(
            [(Weakening.TestDeleted, "tests/run.sh"), (Weakening.TestSetup, "Makefile")], view.Cycle.WeakenedTests.Select(found => (found.Kind, found.Path)));
        Assert.Equal(["sometimes"], view.Cycle.Tests!.FlakyTests);
        Assert.Contains("- test_deleted `tests/run.sh`: `test 'nothing' is gone or renamed`", await sample.Host.PullBodyAsync(view), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_to_do_is_a_result()
    {
        var view = await sample.RunAsync("Empty", """{"status": "nothing to do", "reason": "a test shows it"}""");

        Ends(view, CycleOutcome.CycleNoop);
        Assert.Equal("The model says that nothing is to be done: a test shows it", view.Cycle.Reason);
    }

    private string Words(string old, string with) => StubGateway.Files("Change words", ("src/words.c", sample.Read("src/words.c").Replace(old, with, StringComparison.Ordinal), false));

    private string Tests(string old, string with) => sample.Read("tests/run.sh").Replace(old, with, StringComparison.Ordinal);

    private static string With(string answer, (string Path, string Content) file)
    {
        var files = (ProposalParser.Parse(answer) as ProposalAnswer.Files)!.Proposal.Files.Select(proposed => (proposed.Path, proposed.Content, proposed.IsNew));
        return StubGateway.Files("Change words and their tests", [.. files, (file.Path, file.Content, false)]);
    }
}
