using Lakehouse.BotWorker.Cycles.PullRequests;
using Lakehouse.BotWorker.Forges;
using Lakehouse.BotWorker.Git;
using Lakehouse.BotWorker.Guardrails;
using Lakehouse.ServiceDefaults.Telemetry;

namespace Lakehouse.BotWorker.Cycles.Steps;

/// <summary>
/// The only step that writes to the forge. It trusts nothing that was found out before the model was asked: it looks at the
/// commit and at the forge once more. The forge finds what an interrupted try has left, so there is never a second one.
/// </summary>
internal sealed class Publish(PullRequestScout scout) : ICycleStep
{
    public string Name => TelemetryNames.Cycle.Publish;

    public CycleOutcome WhenItFails => CycleOutcome.PrFailed;

    public async Task<CycleEnd?> RunAsync(CycleRun run, CancellationToken cancellationToken)
    {
        try
        {
            var refusals = await PublishGuard.CheckAsync(run.Folders.Mirror, run.Record, cancellationToken);
            if (refusals.Count > 0)
            {
                return new CycleEnd(CycleOutcome.ProposalRejected, $"The commit was refused before publishing: {string.Join("; ", refusals)}");
            }

            return await ChangedAsync(run, cancellationToken) ?? await WriteAsync(run, cancellationToken);
        }
        catch (ForgeException failure) when (failure.BranchMoved)
        {
            return new CycleEnd(CycleOutcome.PrSkippedByPolicy, $"A person pushed to the branch while the cycle ran: {failure.Message}", EndCode.PushedByPerson);
        }
        catch (Exception failure) when (failure is ForgeException or GitException)
        {
            return new CycleEnd(CycleOutcome.PrFailed, failure.Message);
        }
    }

    // minutes have passed since the forge was read
    private async Task<CycleEnd?> ChangedAsync(CycleRun run, CancellationToken cancellationToken)
    {
        static CycleEnd Skip(EndCode code, string reason) => new(CycleOutcome.PrSkippedByPolicy, reason, code);
        var pulls = await scout.Forge.ListAsync($"bot/{run.Gap.Id}-", cancellationToken);
        if (run.Record.Pulls?.Update is not { } update)
        {
            return pulls.FirstOrDefault(pull => pull.Open && pull.Branch != run.Branch) is { } other
                ? Skip(EndCode.OpenPullRequest, $"Another pull request of gap {run.Gap.Id} was opened while the cycle ran: {other.Url}")
                : null;
        }

        return pulls.FirstOrDefault(pull => pull.Number == update.Number) switch
        {
            { Open: true } pull when pull.Head == update.Head || pull.Head == run.Record.CommitSha => null,
            { Open: true } => Skip(EndCode.PushedByPerson, $"A person pushed to the branch of {update.Url} while the cycle ran; the bot leaves it alone."),
            _ => Skip(EndCode.Declined, $"{update.Url} was closed while the cycle ran."),
        };
    }

    private async Task<CycleEnd> WriteAsync(CycleRun run, CancellationToken cancellationToken)
    {
        var cycle = run.Record;
        var update = cycle.Pulls?.Update;
        var draft = new PullRequestDraft(
            run.Folders.Mirror.Path, cycle.CommitSha!, update?.Branch ?? run.Branch, cycle.BaseBranch!, run.BaseSha, PullRequestText.Title(cycle), PullRequestText.Body(cycle, scout.Options));
        var pull = update is null
            ? await scout.Forge.OpenDraftAsync(draft, cancellationToken)
            : await scout.Forge.UpdateAsync(update.Number, draft, cancellationToken);
        run.Record = cycle with { PrNumber = pull.Number, PrUrl = pull.Url };
        run.Detail = pull.Url;
        foreach (var label in PullRequestText.Labels)
        {
            await LabelAsync(run, pull, label, cancellationToken);
        }

        return new CycleEnd(CycleOutcome.Ok, $"Draft pull request {pull.Url}{(update is null ? "" : " has one more commit")}");
    }

    // the pull request is there, with or without it
    private async Task LabelAsync(CycleRun run, PullRequest pull, string label, CancellationToken cancellationToken)
    {
        try
        {
            await scout.Forge.LabelAsync(pull, label, cancellationToken);
        }
        catch (ForgeException failure)
        {
            await run.LogAsync($"could not label {pull.Url} '{label}': {failure.Message}", cancellationToken);
        }
    }
}
