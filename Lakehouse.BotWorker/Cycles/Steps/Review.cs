using Lakehouse.BotWorker.Guardrails;
using Lakehouse.BotWorker.Judgement;
using Lakehouse.ServiceDefaults.Telemetry;
using Microsoft.Extensions.Options;

namespace Lakehouse.BotWorker.Cycles.Steps;

/// <summary>First what no policy can switch off, then the user's own judgement.</summary>
internal sealed class Review(IOptions<BotOptions> options) : ICycleStep
{
    public string Name => TelemetryNames.Cycle.Review;

    public CycleOutcome WhenItFails => CycleOutcome.ProposalRejected;

    public async Task<CycleEnd?> RunAsync(CycleRun run, CancellationToken cancellationToken)
    {
        await run.PrepareBaseAsync(cancellationToken);
        var refusals = ProposalGuard.Check(run.Proposal, run.Worktree);
        if (refusals.Count > 0)
        {
            return new CycleEnd(CycleOutcome.ProposalRejected, string.Join("; ", refusals));
        }

        var weakened = WeakenedTests.Find(run.Proposal, run.Worktree);
        run.Record = run.Record with { WeakenedTests = weakened };
        if (weakened.Count > 0 && options.Value.WeakenedTests == "refuse")
        {
            return WeakenedTest.Refuse(weakened);
        }

        var verdict = Policy.ScoreProposal(run.Proposal, run.Gap, run.Record.History);
        run.Detail = verdict.Reason;
        return verdict.Allowed ? null : new CycleEnd(CycleOutcome.ProposalRejected, $"ScoreProposal said no: {verdict.Reason}");
    }
}
