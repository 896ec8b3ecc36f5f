using Lakehouse.BotWorker.Forges;
using Lakehouse.BotWorker.Git;
using Lakehouse.ServiceDefaults.Telemetry;
using Microsoft.Extensions.Options;

namespace Lakehouse.BotWorker.Cycles.Steps;

/// <summary>Pushes and opens the draft. The forge finds what an interrupted try has left, so there is never a second one.</summary>
internal sealed class Publish(ForgeCatalog forges, IOptions<BotOptions> options) : ICycleStep
{
    public string Name => TelemetryNames.Cycle.Publish;

    public CycleOutcome WhenItFails => CycleOutcome.PrFailed;

    public async Task<CycleEnd?> RunAsync(CycleRun run, CancellationToken cancellationToken)
    {
        var cycle = run.Record;
        var draft = new PullRequestDraft(run.Folders.Mirror.Path, run.Branch, cycle.BaseBranch!, PullRequestText.Title(cycle), PullRequestText.Body(cycle, options.Value));
        try
        {
            var pull = await forges.Get(options.Value.Forge).OpenDraftAsync(draft, cancellationToken);
            run.Record = cycle with { PrNumber = pull.Number, PrUrl = pull.Url };
            run.Detail = pull.Url;
            return new CycleEnd(CycleOutcome.Ok, $"Draft pull request {pull.Url}");
        }
        catch (Exception failure) when (failure is ForgeException or GitException)
        {
            return new CycleEnd(CycleOutcome.PrFailed, failure.Message);
        }
    }
}
