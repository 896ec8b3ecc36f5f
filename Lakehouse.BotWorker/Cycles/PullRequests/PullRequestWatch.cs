using Lakehouse.BotWorker.Forges;
using Lakehouse.BotWorker.Git;
using Microsoft.Extensions.Options;

namespace Lakehouse.BotWorker.Cycles.PullRequests;

/// <summary>
/// What the forge says of the gaps' pull requests, for people who look at the page: a draft may have been merged or closed since
/// the last cycle. An answer is good for a minute, so that an open page does not use up a forge's patience.
/// </summary>
internal sealed class PullRequestWatch(ForgeCatalog forges, IOptions<BotOptions> options, TimeProvider time)
{
    private static readonly TimeSpan GoodFor = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(10);

    private volatile Answer? _answer;
    private volatile Outage? _outage;

    /// <returns>The gaps with what the forge says; where it cannot be asked, as they are stored, and what kept it.</returns>
    public async Task<(IReadOnlyDictionary<string, GapStanding> Standings, string? Problem)> SeenAsync(IReadOnlyDictionary<string, GapStanding> standings, CancellationToken cancellationToken)
    {
        var asked = standings.Where(pair => pair.Value.HasPullRequest).ToList();
        if (asked.Count == 0)
        {
            return (standings, null);
        }

        using var late = new CancellationTokenSource(Patience, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            // a cycle that ended since knows more than an answer from before
            var pulls = await AskAsync(string.Join(' ', asked.Select(pair => pair.Value.Facts.LastingEnd?.CycleId)), stop.Token);
            var seen = new Dictionary<string, GapStanding>(standings);
            foreach (var (gapId, standing) in asked)
            {
                seen[gapId] = PullRequestScout.Current([.. pulls.Where(pull => PullRequestScout.IsOf(gapId, pull))]) is { } pull ? standing.Seen(pull) : standing;
            }

            return (seen, null);
        }
        catch (Exception failure) when (failure is ForgeException or GitException)
        {
            return (standings, Remember(failure.Message));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (standings, Remember($"It did not answer within {Patience.TotalSeconds} seconds."));
        }
    }

    private async Task<IReadOnlyList<PullRequest>> AskAsync(string cycles, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (_answer is { } known && known.Cycles == cycles && now < known.At + GoodFor)
        {
            return known.Pulls;
        }

        if (_outage is { } outage && now < outage.At + AskAgain)
        {
            throw new ForgeException(outage.Problem);
        }

        var pulls = await forges.Get(options.Value.Forge).ListAsync(PullRequestScout.Prefix, cancellationToken);
        _outage = null;
        _answer = new Answer(cycles, now, pulls);
        return pulls;
    }

    private string Remember(string problem)
    {
        _outage = _outage is { } outage && outage.Problem == problem && time.GetUtcNow() < outage.At + AskAgain ? outage : new Outage(time.GetUtcNow(), problem);
        return problem;
    }

    private sealed record Answer(string Cycles, DateTimeOffset At, IReadOnlyList<PullRequest> Pulls);

    private sealed record Outage(DateTimeOffset At, string Problem);
}
