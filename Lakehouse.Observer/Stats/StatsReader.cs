using Lakehouse.Observer.Ingest;
using Npgsql;

namespace Lakehouse.Observer.Stats;

/// <summary>The statistics as they are now; when Postgres is away, what is in memory and a word about the rest.</summary>
internal sealed class StatsReader(EventLog events, EventLogStart start, PrLanding landing)
{
    private const int Recent = 20;

    public async Task<StatsView> ReadAsync(string? source, CancellationToken cancellationToken)
    {
        var landed = await LandingAsync(source, cancellationToken);
        var counts = events.Snapshot(source, Recent);
        return new StatsView(
            source, counts.Sum.Total, counts.Sum.Successes, counts.Sum.Failures, counts.Sum.DryRuns, counts.BySource, counts.Sum.Outcomes,
            landed, counts.RingSize, EventRing.Capacity, counts.CorruptRows, counts.Recent);
    }

    private async Task<PrLandingView> LandingAsync(string? source, CancellationToken cancellationToken)
    {
        if (start.Missing is { } missing)
        {
            return PrLanding.Unknown($"Not known: Postgres is not ready ({missing}).");
        }

        try
        {
            await events.CatchUpAsync(cancellationToken);
            return await landing.ReadAsync(source, cancellationToken);
        }
        catch (NpgsqlException fault)
        {
            return PrLanding.Unknown($"Not known: Postgres does not answer ({fault.Message}). The other numbers are from memory.");
        }
    }
}
