using System.Diagnostics;
using Lakehouse.BotWorker.Judgement;
using Lakehouse.BotWorker.Sandbox;
using Lakehouse.ServiceDefaults.Telemetry;
using Microsoft.Extensions.Options;

namespace Lakehouse.BotWorker.Cycles.Steps;

/// <summary>Runs the tests with the proposal in place and judges it by them; red ones go back to the model, so often as is allowed.</summary>
internal sealed class Test(BaselineStore baselines, IOptions<BotOptions> options, TimeProvider time) : ICycleStep
{
    public string Name => TelemetryNames.Cycle.Test;

    public CycleOutcome WhenItFails => CycleOutcome.TestsFailed;

    public async Task<CycleEnd?> RunAsync(CycleRun run, CancellationToken cancellationToken)
    {
        await run.PrepareProposalAsync(cancellationToken);
        if (TestCommands.Detect(run.Worktree, options.Value.TestCommand) is not { } command)
        {
            return new CycleEnd(CycleOutcome.TestsFailed, $"How the target is tested was not found out; looked for {TestCommands.Accepted}.");
        }

        await run.LogAsync($"runs {command.Display}", cancellationToken);
        run.LeaveWorktree();
        var home = await baselines.FreshHomeAsync(run.Record.CycleId, run.Record.Baseline?.Key, cancellationToken);
        var runner = new TestRunner(run.Folders.Sandbox(run.Record.CycleId, home), options.Value.Sandbox, time);
        // the command may have come with the proposal: then there is nothing to compare with
        var before = run.Record.Baseline is { } baseline && baseline.Command == command.Display ? baseline.Tests : null;
        var tests = await RunTwiceIfRedAsync(run, runner, command, before, cancellationToken);
        var comparison = before is null ? null : TestComparison.Of(before, tests);
        run.Record = run.Record with { TestCommand = command.Display, Tests = tests, Comparison = comparison };
        run.Detail = tests.Reason;
        Tell(run.Activity, tests);
        return tests.Green || tests.OnlyOldFailures ? Accept(run, comparison) : Refuse(run, tests);
    }

    /// <summary>New failures get one more chance. All tests are run again: few runners can be told by names alone which ones.</summary>
    private async Task<TestRun> RunTwiceIfRedAsync(CycleRun run, TestRunner runner, TestCommand command, TestRun? before, CancellationToken cancellationToken)
    {
        var first = TestJudge.Judge(await runner.RunAsync(command, options.Value.TestTimeLimit, cancellationToken), before);
        if (first.Green || first.OnlyOldFailures || first is not { ExitCode: not null, Failed: > 0 })
        {
            return first;
        }

        await run.LogAsync($"{first.Reason}; runs {command.Display} once more", cancellationToken);
        var second = TestJudge.Judge(await runner.RunAsync(command, options.Value.TestTimeLimit, cancellationToken), before);
        return TestJudge.Combine(first, second, before);
    }

    private CycleEnd? Accept(CycleRun run, TestComparison? comparison)
    {
        if (comparison is not { FewerTests: > 0 and var fewer })
        {
            return null;
        }

        var found = WeakenedTest.Fewer(run.Record.TestCommand!, fewer);
        run.Record = run.Record with { WeakenedTests = [.. run.Record.WeakenedTests, found] };
        return options.Value.WeakenedTests == "refuse" ? WeakenedTest.Refuse([found]) : null;
    }

    private CycleEnd? Refuse(CycleRun run, TestRun tests)
    {
        var (number, most) = (run.Record.Try, 1 + options.Value.MaxFeedback);
        // what had to be stopped would have to be stopped again, and takes all the time there is
        if (number >= most || tests.ExitCode is null)
        {
            return new CycleEnd(CycleOutcome.TestsFailed, number == 1 ? tests.Reason : $"{tests.Reason} (try {number} of {most})");
        }

        run.Record = run.Record.Now(attempt => attempt with { Outcome = CycleOutcome.TestsFailed, Reason = tests.Reason }) with { Try = number + 1 };
        run.Detail = $"{tests.Reason}; the output goes back to the model (try {number + 1} of {most})";
        return null;
    }

    private static void Tell(Activity? activity, TestRun tests) => activity?.AddEvent(new ActivityEvent(TelemetryNames.GenAi.EvaluationEvent, tags: new ActivityTagsCollection
    {
        [TelemetryNames.GenAi.EvaluationName] = "target_tests",
        [TelemetryNames.GenAi.EvaluationLabel] = tests.Green ? "green" : "red",
        [TelemetryNames.GenAi.EvaluationScore] = tests.Green ? 1.0 : 0.0,
    }));
}
