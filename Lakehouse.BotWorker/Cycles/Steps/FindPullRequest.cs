using Lakehouse.BotWorker.Cycles.PullRequests;
using Lakehouse.BotWorker.Forges;
using Lakehouse.BotWorker.Git;
using Lakehouse.ServiceDefaults.Telemetry;

namespace Lakehouse.BotWorker.Cycles.Steps;

/// <summary>
/// A gap never gets a second open pull request, one that a person closed is not proposed again, and a branch that a person
/// pushed to is theirs. Comments can ask for another try. All of it is found out before money is spent.
/// </summary>
internal sealed class FindPullRequest(PullRequestScout scout) : ICycleStep
{
    private const int LongestPatch = 16_000;

    public string Name => TelemetryNames.Cycle.FindPullRequest;

    public CycleOutcome WhenItFails => CycleOutcome.PrFailed;

    public async Task<CycleEnd?> RunAsync(CycleRun run, CancellationToken cancellationToken)
    {
        try
        {
            var report = await scout.ReadAsync(run.Record.Repository, run.Gap.Id, cancellationToken);
            foreach (var command in report.Unheard)
            {
                await run.LogAsync($"does not obey /{command.Command.ToString().ToLowerInvariant()} of '{command.By}' on {report.Current!.Url}: only people who may write to the repository are heard, and not the bot's own account", cancellationToken);
            }

            run.Detail = report.Current?.Url ?? "none";
            if (Refusal(run, report) is { } end)
            {
                return end;
            }

            var update = report.Current is { Open: true } pull ? new PullToUpdate(pull.Number, pull.Url, pull.Branch, pull.Head!) : null;
            run.Record = run.Record with
            {
                Pulls = new GapPulls(update, report.Command, report.Notes, await PatchAsync(run, report, cancellationToken), report.NewestComment),
            };
            return null;
        }
        catch (Exception failure) when (failure is ForgeException or GitException)
        {
            return new CycleEnd(CycleOutcome.PrFailed, $"The forge could not be asked for pull requests of this gap, so nothing was paid for: {failure.Message}");
        }
    }

    private CycleEnd? Refusal(CycleRun run, ScoutReport report)
    {
        static CycleEnd Skip(EndCode code, string reason) => new(CycleOutcome.SkippedPolicy, reason, code);
        var (id, url, command) = (run.Gap.Id, report.Current?.Url, report.Command);
        var most = scout.Options.MostOpenPullRequests;
        return (report.Current?.State, command?.Command) switch
        {
            (PullRequestState.Merged, _) => Skip(EndCode.Landed, $"The pull request of gap {id} was merged: {url}. Take [bot-eligible] off the line in {GapReader.PrdPath}, or change it to ask for more."),
            (_, CommentCommand.Ignore) => Skip(EndCode.Ignored, $"{command!.By} wrote /ignore on {url}: gap {id} is left alone until its line in {GapReader.PrdPath} changes."),
            (_, CommentCommand.Stop) => Skip(EndCode.Stopped, $"{command!.By} wrote /stop on {url}: it stays as it is until somebody who may write to the repository writes /redo there."),
            (PullRequestState.Open, _) when report.MadeHead is null => Skip(EndCode.PushedByPerson, $"The branch of {url} stands at a commit that is not the bot's: it is a person's now, and the bot leaves it alone."),
            (PullRequestState.Open, CommentCommand.Redo) => null,
            (PullRequestState.Open, _) => Skip(EndCode.OpenPullRequest, $"Gap {id} already has an open pull request: {url}. Write /redo there to have it worked on."),
            (PullRequestState.Closed, not CommentCommand.Redo) => Skip(EndCode.Declined, $"A person closed the pull request of gap {id}: {url}. Change the line in {GapReader.PrdPath} to have it proposed again, or write /redo there."),
            _ when report.OpenOfBot >= most => Skip(EndCode.TooManyOpen, $"{report.OpenOfBot} pull requests of the bot are open, and at most {most} may be (Bot:MostOpenPullRequests). Merge or close one."),
            _ => null,
        };
    }

    // what reviewers and a hint speak of; the bot's own record tells what it was made on
    private async Task<string?> PatchAsync(CycleRun run, ScoutReport report, CancellationToken cancellationToken)
    {
        var mirror = run.Folders.Mirror;
        var made = report.MadeHead ?? report.Committed.FirstOrDefault(cycle => cycle.PrUrl == report.Current?.Url);
        if (report is { Current: { Open: true, Head: { } head } pull } && !await mirror.HasCommitAsync(head, cancellationToken))
        {
            await scout.Forge.FetchAsync(mirror, pull, cancellationToken);
        }

        if (made is not { BaseSha: { } baseSha, CommitSha: { } sha } || !await mirror.HasCommitAsync(sha, cancellationToken) || !await mirror.HasCommitAsync(baseSha, cancellationToken))
        {
            return null;
        }

        var patch = await mirror.DiffAsync(baseSha, sha, cancellationToken);
        return patch.Length <= LongestPatch ? patch : patch[..LongestPatch] + "\n…";
    }
}
