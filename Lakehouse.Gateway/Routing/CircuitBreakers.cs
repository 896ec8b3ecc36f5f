using System.Collections.Concurrent;

namespace Lakehouse.Gateway.Routing;

/// <summary>
/// Leaves a provider's model alone after failures in a row. Open for the cooldown; then one call may try it, and its end
/// decides. In the memory of each gateway: what a breaker knows is worth nothing after a restart.
/// </summary>
internal sealed class CircuitBreakers(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, Circuit> _circuits = new(StringComparer.Ordinal);

    /// <returns>Null = go on; else until when the target is left alone.</returns>
    public DateTimeOffset? Enter(RouteTarget target)
    {
        if (!_circuits.TryGetValue(target.Name, out var circuit))
        {
            return null;
        }

        lock (circuit)
        {
            if (circuit.OpenUntil is not { } until)
            {
                return null;
            }

            var now = time.GetUtcNow();
            if (now < until)
            {
                return until;
            }

            // half open: whoever comes first tries it; the others wait for a cooldown more, should that one never end
            (circuit.OpenUntil, circuit.IsTried) = (now + circuit.Cooldown, true);
            return null;
        }
    }

    /// <summary>Every target that is left alone now, and until when.</summary>
    public IReadOnlyList<(string Target, DateTimeOffset Until)> Open()
    {
        var now = time.GetUtcNow();
        var open = new List<(string, DateTimeOffset)>();
        foreach (var (target, circuit) in _circuits)
        {
            lock (circuit)
            {
                if (circuit.OpenUntil is { } until && now < until)
                {
                    open.Add((target, until));
                }
            }
        }

        return open;
    }

    /// <summary>Looks without trying: for a dry run.</summary>
    public DateTimeOffset? Peek(RouteTarget target) =>
        _circuits.TryGetValue(target.Name, out var circuit) && circuit.OpenUntil is { } until && time.GetUtcNow() < until ? until : null;

    public void Succeeded(RouteTarget target) => _circuits.TryRemove(target.Name, out _);

    /// <summary>A call says nothing about the target: it was not sent, its caller went away, or it was wrong itself. If it was the one that tried, the next may.</summary>
    public void Undecided(RouteTarget target)
    {
        if (!_circuits.TryGetValue(target.Name, out var circuit))
        {
            return;
        }

        lock (circuit)
        {
            if (circuit.IsTried)
            {
                (circuit.OpenUntil, circuit.IsTried) = (time.GetUtcNow(), false);
            }
        }
    }

    public void Failed(RouteTarget target, BreakerConfig config, TimeSpan? retryAfter)
    {
        var circuit = _circuits.GetOrAdd(target.Name, _ => new Circuit());
        lock (circuit)
        {
            circuit.Failures++;
            circuit.Cooldown = retryAfter > config.Cooldown ? retryAfter.Value : config.Cooldown;
            if (circuit.Failures >= config.Failures)
            {
                (circuit.OpenUntil, circuit.IsTried) = (time.GetUtcNow() + circuit.Cooldown, false);
            }
        }
    }

    private sealed class Circuit
    {
        public int Failures { get; set; }

        public TimeSpan Cooldown { get; set; }

        public DateTimeOffset? OpenUntil { get; set; }

        /// <summary>The one call that may try it is on its way.</summary>
        public bool IsTried { get; set; }
    }
}
