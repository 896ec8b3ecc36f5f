using Lakehouse.BotWorker.Forges;
using Lakehouse.BotWorker.Git;
using Lakehouse.ServiceDefaults.Telemetry;
using Microsoft.Extensions.Options;

namespace Lakehouse.BotWorker.Cycles.Steps;

/// <summary>A gap never gets a second open pull request, and one that a person closed is not proposed again. Asked before money is spent.</summary>
internal sealed class FindPullRequest(ForgeCatalog forges, IOptions<BotOptions> options) : ICycleStep
{
    public string Name => TelemetryNames.Cycle.FindPullRequest;

    public CycleOutcome WhenItFails => CycleOutcome.PrFailed;

    public async Task<CycleEnd?> RunAsync(CycleRun run, CancellationToken cancellationToken)
    {
        try
        {
            var known = await forges.Get(options.Value.Forge).FindAsync($"bot/{run.Gap.Id}-", cancellationToken);
            run.Detail = known is null ? "none" : known.Url;
            return known switch
            {
                null => null,
                { Open: true } => new CycleEnd(CycleOutcome.SkippedPolicy, $"Gap {run.Gap.Id} already has an open pull request: {known.Url}", EndCode.OpenPullRequest),
                _ => new CycleEnd(CycleOutcome.SkippedPolicy, $"A person closed the pull request of gap {run.Gap.Id}: {known.Url}. Change the line in {GapReader.PrdPath} to have it proposed again.", EndCode.Declined),
            };
        }
        catch (Exception failure) when (failure is ForgeException or GitException)
        {
            return new CycleEnd(CycleOutcome.PrFailed, $"The forge could not be asked for pull requests of this gap, so nothing was paid for: {failure.Message}");
        }
    }
}
