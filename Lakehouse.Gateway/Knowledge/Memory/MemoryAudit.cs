using Dapper;
using Lakehouse.Gateway.Knowledge.Retrieval;
using Lakehouse.Gateway.Sessions;
using Lakehouse.Gateway.Tools;
using Npgsql;

namespace Lakehouse.Gateway.Knowledge.Memory;

/// <summary>What a person should look at: said twice, said against each other, never used, or better not kept at all. It changes nothing.</summary>
internal sealed class MemoryAudit(NpgsqlDataSource postgres, TimeProvider time)
{
    /// <summary>The newest, which are compared with each other: every pair.</summary>
    private const int Compared = 500;

    /// <summary>Texts that are read at once.</summary>
    private const int Page = 1_000;

    private const float Alike = 0.8f;
    private static readonly TimeSpan Unused = TimeSpan.FromDays(30);

    public Task<MemoryAuditView> RunAsync(MemoryScope scope, int limit, CancellationToken cancellationToken) => postgres.UseAsync(async connection =>
    {
        var values = new { scope.Exact, scope.Shared, limit, Alike, since = time.GetUtcNow() - Unused };
        await using var read = await connection.QueryMultipleAsync(new CommandDefinition($"""
            select count(*), exists (select from pg_extension where extname = 'pg_trgm'), {PgVector.State} from gateway.memories where {MemoryScope.Condition} and valid_to is null;
            with newest as (select memory_id, scope, kind, key, text from gateway.memories where {MemoryScope.Condition} and valid_to is null order by memory_id desc limit {Compared})
            select array[one.memory_id, other.memory_id] as ids, one.scope, one.key, to_char(gateway.memory_sameness(one.text, other.text), 'FM0.00') || ' alike' as reason
            from newest one join newest other on one.memory_id < other.memory_id and gateway.memory_sameness(one.text, other.text) >= @Alike
            order by reason desc, ids limit @limit;
            select array_agg(memory_id order by memory_id) as ids, null as scope, key, 'the key has ' || count(distinct norm_hash) || ' texts in ' || count(distinct (scope, kind)) || ' scopes or kinds' as reason
            from gateway.memories where {MemoryScope.Condition} and valid_to is null and key is not null group by key having count(distinct norm_hash) > 1 order by key limit @limit;
            select array[(array_agg(newest order by times desc))[1]] as ids, scope, key, 'revised back and forth: ' || max(times) || ' times the same' as reason from (
                select scope, kind, key, count(*) as times, max(memory_id) as newest from gateway.memories where {MemoryScope.Condition} and key is not null group by scope, kind, key, norm_hash) texts
            group by scope, kind, key having max(times) > 1 and count(*) > 1 order by key limit @limit;
            select array[memory_id] as ids, scope, key, 'not used since ' || to_char(created_at at time zone 'UTC', 'YYYY-MM-DD') as reason
            from gateway.memories where {MemoryScope.Condition} and valid_to is null and use_count = 0 and created_at < @since order by memory_id limit @limit;
            """, values, cancellationToken: cancellationToken));
        var (live, trigrams, vectors) = await read.ReadSingleAsync<(long Live, bool Trigrams, string Pgvector)>();
        var findings = new List<MemoryFinding>();
        foreach (var kind in new[] { MemoryFinding.Duplicate, MemoryFinding.Contradiction, MemoryFinding.Contradiction, MemoryFinding.NeverUsed })
        {
            findings.AddRange((await read.ReadAsync<FindingRow>()).Select(row => new MemoryFinding(kind, row.Ids, row.Scope, row.Key, row.Reason)));
        }

        await read.DisposeAsync();
        findings.AddRange(await LookAsync(connection, scope, limit, cancellationToken));
        return new MemoryAuditView("list", findings, new(live, Count(MemoryFinding.Duplicate), Count(MemoryFinding.Contradiction), Count(MemoryFinding.NeverUsed), Count(MemoryFinding.Secret), Count(MemoryFinding.PersonalData)), trigrams, vectors);

        int Count(string kind) => findings.Count(finding => finding.Kind == kind);
    }, cancellationToken);

    // all of them, newest first, until there are as many findings of each kind as are wanted
    private static async Task<IEnumerable<MemoryFinding>> LookAsync(NpgsqlConnection connection, MemoryScope scope, int limit, CancellationToken cancellationToken)
    {
        var (secrets, personal, before) = (new List<MemoryFinding>(), new List<MemoryFinding>(), (string?)null);
        while (secrets.Count < limit || personal.Count < limit)
        {
            var rows = (await connection.QueryAsync<TextRow>(new CommandDefinition($"""
                select memory_id as id, scope, key, text || ' ' || attributes::text as text, cardinality(names) > 0 as names
                from gateway.memories where {MemoryScope.Condition} and valid_to is null and (@before::text is null or memory_id < @before) order by memory_id desc limit {Page}
                """, new { scope.Exact, scope.Shared, before }, cancellationToken: cancellationToken))).AsList();
            foreach (var row in rows)
            {
                var shown = SecretMask.Hide(row.Text);
                if (shown != row.Text && secrets.Count < limit)
                {
                    secrets.Add(new(MemoryFinding.Secret, [row.Id], row.Scope, row.Key, "it looks like a password or a key"));
                }

                if (personal.Count < limit && PersonalData.KindsIn(shown).Concat(row.Names ? ["name"] : []).ToList() is { Count: > 0 } has)
                {
                    personal.Add(new(MemoryFinding.PersonalData, [row.Id], row.Scope, row.Key, $"it has {string.Join(", ", has.Select(what => $"a person's {what}"))}"));
                }
            }

            if (rows.Count < Page)
            {
                break;
            }

            before = rows[^1].Id;
        }

        return secrets.Concat(personal);
    }

    private sealed class FindingRow
    {
        public required string[] Ids { get; init; }
        public string? Scope { get; init; }
        public string? Key { get; init; }
        public required string Reason { get; init; }
    }

    private sealed class TextRow
    {
        public required string Id { get; init; }
        public required string Scope { get; init; }
        public string? Key { get; init; }
        public required string Text { get; init; }
        public bool Names { get; init; }
    }
}

/// <param name="Trigrams">Without <c>pg_trgm</c> only equal texts are duplicates.</param>
/// <param name="Pgvector">created, not_created or not_available: without it two hundred vectors are compared, and not all.</param>
internal sealed record MemoryAuditView(string Object, IReadOnlyList<MemoryFinding> Findings, MemoryAuditCounts Counts, bool Trigrams, string Pgvector);

/// <param name="Live">Memories that hold; the others count findings.</param>
internal sealed record MemoryAuditCounts(long Live, int Duplicate, int Contradiction, int NeverUsed, int Secret, int PersonalData);

/// <param name="Scope">Null = of several.</param>
/// <param name="Reason">Never what was found itself.</param>
internal sealed record MemoryFinding(string Kind, IReadOnlyList<string> Ids, string? Scope, string? Key, string Reason)
{
    public const string Duplicate = "duplicate";
    public const string Contradiction = "contradiction";
    public const string NeverUsed = "never_used";
    public const string Secret = "secret";
    public const string PersonalData = "personal_data";
}
