using System.Collections.Frozen;
using System.Diagnostics;
using Lakehouse.ServiceDefaults.Telemetry;
using Npgsql;

namespace Lakehouse.Gateway.Knowledge.Playbooks;

/// <summary>How much earlier fills speak for workers, for a role in a place at a moment.</summary>
internal sealed partial class PlaybookBoosts(PlaybookFinder finder, TimeProvider time, ILogger<PlaybookBoosts> logger)
{
    /// <summary>Playbooks that add to boosts, the most similar first.</summary>
    public const int DefaultLimit = 100;

    public async Task<WorkerBoosts> FindAsync(BoostQuestion question, CancellationToken cancellationToken)
    {
        using var activity = GatewayTelemetry.Source.StartActivity(TelemetryNames.Playbooks.BoostSpan);
        var asked = Ask(question);
        return Weigh(await finder.FindAsync(asked, cancellationToken), question, asked.At, activity);
    }

    /// <summary>The same, where <see cref="PlaybookFinder.Count"/> of <see cref="Ask"/> went with a statement of the caller's.</summary>
    public async Task<WorkerBoosts> FindAsync(NpgsqlConnection connection, BoostQuestion question, PlaybookQuestion asked, PlaybookCounts counts, CancellationToken cancellationToken)
    {
        using var activity = GatewayTelemetry.Source.StartActivity(TelemetryNames.Playbooks.BoostSpan);
        return Weigh(await PlaybookFinder.FindAsync(connection, asked, counts, cancellationToken), question, asked.At, activity);
    }

    public PlaybookQuestion Ask(BoostQuestion question) =>
        new(null, null, question.City, question.State, question.Role, question.Query, question.At ?? time.GetUtcNow()) { NamesRole = true };

    private WorkerBoosts Weigh(PlaybookFindings found, BoostQuestion question, DateTimeOffset at, Activity? activity)
    {
        var workers = found.Matched.Take(question.Limit).SelectMany(Parts).GroupBy(part => part.Worker, StringComparer.OrdinalIgnoreCase).Select(Sum).Where(boost => boost.Boost > 0)
            .OrderByDescending(boost => boost.Boost).ThenBy(boost => boost.Worker, StringComparer.Ordinal).ToList();
        var counters = new BoostCounters(workers.Count, found.Sources, found.Parsed, found.Matched.Count);
        activity?.SetTag(TelemetryNames.Playbooks.Boosts, counters.Boosts).SetTag(TelemetryNames.Playbooks.Sources, counters.Sources)
            .SetTag(TelemetryNames.Playbooks.Parsed, counters.Parsed).SetTag(TelemetryNames.Playbooks.Matched, counters.Matched);
        // most searches are for places without a playbook, and a line for each of them cost as much as one of its statements
        LogCounters(counters.Sources > 0 ? LogLevel.Information : LogLevel.Debug, counters.Boosts, counters.Sources, counters.Parsed, counters.Matched);
        return new(at, counters, workers);
    }

    private static IEnumerable<BoostPart> Parts(FoundPlaybook found) => found.Playbook.EndorsedNames.Select(name =>
    {
        var failures = found.Playbook.Harmful + found.Playbook.FailedNames.Count(failed => string.Equals(failed, name, StringComparison.OrdinalIgnoreCase));
        var endorsed = found.Playbook.EndorsedNames.Count;
        return new BoostPart(name, found.Playbook.Id, found.Similarity, found.AgeDays, failures, endorsed, PlaybookWeight.Part(found.Similarity, found.AgeDays, failures, endorsed));
    });

    private static WorkerBoost Sum(IGrouping<string, BoostPart> parts)
    {
        var sum = parts.Sum(part => part.Part);
        return new(parts.Key, Math.Min(sum, PlaybookWeight.MostBoost), sum > PlaybookWeight.MostBoost, [.. parts]);
    }

    [LoggerMessage("Playbook boosts: boosts={Boosts} sources={Sources} parsed={Parsed} matched={Matched}")]
    private partial void LogCounters(LogLevel level, int boosts, int sources, int parsed, int matched);
}

/// <param name="Query">What the fill is about, in words; null = every fill of the role and place is equally similar.</param>
/// <param name="At">Null = now.</param>
internal sealed record BoostQuestion(string? Role, string? City, string? State, string? Query = null, DateTimeOffset? At = null, int Limit = PlaybookBoosts.DefaultLimit);

/// <summary>Boosts of workers, best first.</summary>
internal sealed record WorkerBoosts(DateTimeOffset At, BoostCounters Counters, IReadOnlyList<WorkerBoost> Workers)
{
    private readonly FrozenDictionary<string, double> _byName = Workers.ToFrozenDictionary(boost => boost.Worker, boost => boost.Boost, StringComparer.OrdinalIgnoreCase);

    /// <returns>0 to 0.25; by the id where a playbook endorses that, else by the name.</returns>
    public double Of(string workerId, string name) => _byName.TryGetValue(workerId, out var boost) || _byName.TryGetValue(name, out boost) ? boost : 0;
}

/// <summary>Always told, so that "no boost" says at which step there was none.</summary>
/// <param name="Boosts">Workers with a boost.</param>
/// <param name="Sources">Live playbooks of the place, of every kind.</param>
/// <param name="Parsed">Of these, those whose operation names a role.</param>
/// <param name="Matched">Of these, those of the role that are neither flagged nor pruned: the newest thousand.</param>
internal sealed record BoostCounters(int Boosts, int Sources, int Parsed, int Matched);

/// <param name="Worker">As it was endorsed: an id or a name.</param>
/// <param name="Capped">The parts add up to more.</param>
internal sealed record WorkerBoost(string Worker, double Boost, bool Capped, IReadOnlyList<BoostPart> Parts);

/// <summary>What one playbook adds: similarity × 0.5 × e^(−age_days/30) × 0.5^failures ÷ endorsed.</summary>
internal sealed record BoostPart(string Worker, string PlaybookId, double Similarity, double AgeDays, long Failures, int Endorsed, double Part);
