using Lakehouse.BotWorker.Judgement;
using Lakehouse.BotWorker.Sandbox;
using Lakehouse.ServiceDefaults.Telemetry;
using Microsoft.Extensions.Options;

namespace Lakehouse.BotWorker.Cycles.Steps;

/// <summary>
/// Runs the tests of the untouched base commit. Before the model is paid: where they cannot even be run to their end, no proposal could
/// be judged, and none is bought. It costs time only, once for each commit.
/// </summary>
internal sealed class MeasureBaseline(BaselineStore baselines, IOptions<BotOptions> options, TimeProvider time) : ICycleStep
{
    public string Name => TelemetryNames.Cycle.Baseline;

    public CycleOutcome WhenItFails => CycleOutcome.TestsFailed;

    public async Task<CycleEnd?> RunAsync(CycleRun run, CancellationToken cancellationToken)
    {
        await run.PrepareBaseAsync(cancellationToken);
        if (TestCommands.Detect(run.Worktree, options.Value.TestCommand) is not { } command)
        {
            // the proposal may bring the first test
            run.Detail = $"the base commit has no tests that were found; looked for {TestCommands.Accepted}";
            return null;
        }

        var key = baselines.KeyOf(run.Record.Repository, run.BaseSha, command);
        var baseline = await baselines.FindAsync(key, cancellationToken) ?? await MeasureAsync(run, key, command, cancellationToken);
        run.Record = run.Record with { Baseline = baseline };
        run.Detail = $"{baseline.Tests.Reason}{(baseline.Reused ? "; measured by an earlier cycle" : "")}{(baseline.LoadedPackages ? "; after packages were loaded over the network" : "")}";
        return baseline.Unusable is { } why
            ? new CycleEnd(CycleOutcome.TestsFailed, $"On the base commit, before any change: {why}. No proposal could be judged so, and no model was asked.", EndCode.BaselineUnusable)
            : null;
    }

    // As the proposal's tests will be run. The network is opened only where nothing passes without it, and not for what is compared.
    private async Task<Baseline> MeasureAsync(CycleRun run, string key, TestCommand command, CancellationToken cancellationToken)
    {
        var (cycleId, sandbox) = (run.Record.CycleId, options.Value.Sandbox);
        var home = await baselines.FreshHomeAsync(cycleId, key: null, cancellationToken);
        TestRunner Runner(SandboxOptions limits) => new(run.Folders.Sandbox(cycleId, home), limits, time);

        await run.LogAsync($"runs {command.Display} on the base commit", cancellationToken);
        run.LeaveWorktree();
        var tests = await Runner(sandbox).RunAsync(command, options.Value.TestTimeLimit, cancellationToken);
        var loads = sandbox.BaselineNetwork && Runner(sandbox).IsOffline && tests is { Green: false, Passed: null or 0 } and ({ ExitCode: not null } or { TimedOut: true });
        if (loads)
        {
            await run.LogAsync($"no test passed without the network; runs {command.Display} on the base commit with it, so that packages are loaded, and then once more without", cancellationToken);
            await Runner(sandbox with { Network = true }).RunAsync(command, options.Value.TestTimeLimit, cancellationToken);
            await run.PrepareBaseAsync(cancellationToken);
            run.LeaveWorktree();
            tests = await Runner(sandbox).RunAsync(command, options.Value.TestTimeLimit, cancellationToken);
        }

        var baseline = new Baseline(key, run.BaseSha, command.Display, tests) { LoadedPackages = loads };
        await baselines.KeepAsync(baseline, cycleId, cancellationToken);
        return baseline;
    }
}
