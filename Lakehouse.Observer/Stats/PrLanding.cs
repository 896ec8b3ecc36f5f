using System.Globalization;
using Dapper;
using Npgsql;

namespace Lakehouse.Observer.Stats;

/// <summary>
/// Of the cycles that worked on a gap or on one like it, how many opened a pull request. Like it is: the same gap id,
/// else a similarity of the two texts of at least 0.4 (pg_trgm). Both counts are shown.
/// </summary>
internal sealed class PrLanding(NpgsqlDataSource database)
{
    public const double Similar = 0.4;

    private const int MaxGaps = 50;

    public async Task<PrLandingView> ReadAsync(string? source, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var trigrams = await connection.ExecuteScalarAsync<string?>(new CommandDefinition(
            "select quote_ident(n.nspname) from pg_extension e join pg_namespace n on n.oid = e.extnamespace where e.extname = 'pg_trgm'",
            cancellationToken: cancellationToken));
        var rows = (await connection.QueryAsync<GapRow>(new CommandDefinition(
            Sql(source, trigrams), new { source, similar = Similar, limit = MaxGaps }, cancellationToken: cancellationToken))).AsList();

        var (cycles, landed) = rows.Count == 0 ? (0, 0) : (rows[0].AllCycles, rows[0].AllLanded);
        return new PrLandingView(cycles, landed, Rate(landed, cycles), Similar, trigrams is not null, Note(trigrams), [.. rows.Select(ToView)]);
    }

    public static PrLandingView Unknown(string why) => new(0, 0, null, Similar, false, why, []);

    private static string? Note(string? trigrams) => trigrams is not null
        ? null
        : "The extension pg_trgm is not installed in this database: only cycles on the very same gap are counted, similar gaps are not recognised.";

    private static GapLanding ToView(GapRow row) => new(
        row.Gap, row.Text,
        new LandingCount(row.Cycles, row.Landed), new LandingCount(row.SimilarCycles, row.SimilarLanded),
        Rate(row.Landed + row.SimilarLanded, row.Cycles + row.SimilarCycles));

    private static double? Rate(long landed, long cycles) => cycles == 0 ? null : Math.Round((double)landed / cycles, 3);

    // A cycle may be told in several events; it counts once, and landed when any of them says so.
    private static string Sql(string? source, string? trigrams) => string.Create(CultureInfo.InvariantCulture, $"""
        with told as (
            select seq, coalesce(body->>'cycle_id', event_id) as cycle, coalesce(nullif(body->>'gap_id', ''), body->>'gap_text') as gap, body->>'gap_text' as text,
                   body->>'ok' = 'true' and coalesce(body->>'pr_url', '') <> '' as landed
            from observer.events
            where {(source is null ? "true" : "source = @source")}
              and body->'data'->'dry_run' is distinct from 'true'::jsonb
              and jsonb_typeof(body->'endpoint') = 'string' and jsonb_typeof(body->'ok') = 'boolean'
              and coalesce(nullif(body->>'gap_id', ''), nullif(body->>'gap_text', '')) is not null
        ), cycles as (
            select gap, cycle, bool_or(landed) as landed, (array_agg(text order by seq desc) filter (where text is not null))[1] as text, max(seq) as latest
            from told group by gap, cycle
        ), gaps as (
            select gap, (array_agg(text order by latest desc) filter (where text is not null))[1] as text, count(*) as cycles, count(*) filter (where landed) as landed, max(latest) as latest
            from cycles group by gap
        ), shown as (
            select * from gaps order by latest desc limit @limit
        )
        select s.gap, s.text, s.cycles, s.landed,
               coalesce(sum(o.cycles), 0)::bigint as similar_cycles, coalesce(sum(o.landed), 0)::bigint as similar_landed,
               (select sum(cycles) from gaps)::bigint as all_cycles, (select sum(landed) from gaps)::bigint as all_landed
        from shown s left join gaps o on o.gap <> s.gap and {(trigrams is null ? "false" : $"{trigrams}.similarity(o.text, s.text) >= @similar")}
        group by s.gap, s.text, s.cycles, s.landed, s.latest
        order by s.latest desc
        """);

    private sealed class GapRow
    {
        public string Gap { get; init; } = "";

        public string? Text { get; init; }

        public long Cycles { get; init; }

        public long Landed { get; init; }

        public long SimilarCycles { get; init; }

        public long SimilarLanded { get; init; }

        public long AllCycles { get; init; }

        public long AllLanded { get; init; }
    }
}
