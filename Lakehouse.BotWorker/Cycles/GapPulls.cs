using System.Collections.Concurrent;
using Lakehouse.BotWorker.Forges;
using Lakehouse.BotWorker.Git;
using Microsoft.Extensions.Options;

namespace Lakehouse.BotWorker.Cycles;

/// <summary>
/// What the forge says of the gaps' pull requests, for people who look at the page: a draft may have been merged or closed since
/// the last cycle. An answer is good for a minute, so that an open page does not use up a forge's patience.
/// </summary>
internal sealed class GapPulls(ForgeCatalog forges, IOptions<BotOptions> options, TimeProvider time)
{
    private static readonly TimeSpan GoodFor = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, (string CycleId, DateTimeOffset At, PullRequest? Pull)> _answers = new();

    private volatile Outage? _outage;

    /// <returns>The gaps with what the forge says; where it cannot be asked, as they are stored, and what kept it.</returns>
    public async Task<(IReadOnlyDictionary<string, GapStanding> Standings, string? Problem)> SeenAsync(IReadOnlyDictionary<string, GapStanding> standings, CancellationToken cancellationToken)
    {
        var seen = new Dictionary<string, GapStanding>(standings);
        using var late = new CancellationTokenSource(Patience, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        foreach (var (gapId, standing) in standings.Where(pair => pair.Value.State is GapState.OpenPr or GapState.Declined))
        {
            try
            {
                seen[gapId] = await AskAsync(gapId, standing.Facts.LastingEnd!.CycleId, stop.Token) is { } pull ? standing.Seen(pull) : standing;
            }
            catch (Exception failure) when (failure is ForgeException or GitException)
            {
                return (seen, Remember(failure.Message));
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return (seen, Remember($"It did not answer within {Patience.TotalSeconds} seconds."));
            }
        }

        return (seen, null);
    }

    private async Task<PullRequest?> AskAsync(string gapId, string cycleId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (_answers.TryGetValue(gapId, out var known) && known.CycleId == cycleId && now < known.At + GoodFor)
        {
            return known.Pull;
        }

        if (_outage is { } outage && now < outage.At + AskAgain)
        {
            throw new ForgeException(outage.Problem);
        }

        var pull = await forges.Get(options.Value.Forge).FindAsync($"bot/{gapId}-", cancellationToken);
        _outage = null;
        _answers[gapId] = (cycleId, now, pull);
        return pull;
    }

    private string Remember(string problem)
    {
        _outage = _outage is { } outage && outage.Problem == problem && time.GetUtcNow() < outage.At + AskAgain ? outage : new Outage(time.GetUtcNow(), problem);
        return problem;
    }

    private sealed record Outage(DateTimeOffset At, string Problem);
}
