using System.Diagnostics;
using Lakehouse.BotWorker.Sandbox;
using Lakehouse.ServiceDefaults.Telemetry;
using Microsoft.Extensions.Options;

namespace Lakehouse.BotWorker.Cycles.Steps;

internal sealed class Test(IOptions<BotOptions> options, TimeProvider time) : ICycleStep
{
    public string Name => TelemetryNames.Cycle.Test;

    public CycleOutcome WhenItFails => CycleOutcome.TestsFailed;

    public async Task<CycleEnd?> RunAsync(CycleRun run, CancellationToken cancellationToken)
    {
        await run.PrepareWorktreeAsync(cancellationToken);
        if (TestCommands.Detect(run.Worktree, options.Value.TestCommand) is not { } command)
        {
            return new CycleEnd(CycleOutcome.TestsFailed, $"How the target is tested was not found out; looked for {TestCommands.Accepted}.");
        }

        await run.LogAsync($"runs {command.Display}", cancellationToken);
        var home = Directory.CreateDirectory(run.Folders.Home(run.Record.CycleId)).FullName;
        var tests = await new TestRunner(run.Folders.Sandbox(run.Record.CycleId, home), options.Value.Sandbox, time).RunAsync(command, options.Value.TestTimeLimit, cancellationToken);
        run.Record = run.Record with { TestCommand = command.Display, Tests = tests };
        run.Detail = tests.Reason;
        run.Activity?.AddEvent(new ActivityEvent(TelemetryNames.GenAi.EvaluationEvent, tags: new ActivityTagsCollection
        {
            [TelemetryNames.GenAi.EvaluationName] = "target_tests",
            [TelemetryNames.GenAi.EvaluationLabel] = tests.Green ? "green" : "red",
            [TelemetryNames.GenAi.EvaluationScore] = tests.Green ? 1.0 : 0.0,
        }));
        return tests.Green ? null : new CycleEnd(CycleOutcome.TestsFailed, tests.Reason);
    }
}
