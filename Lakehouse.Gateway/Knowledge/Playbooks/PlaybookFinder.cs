using Dapper;
using Lakehouse.Gateway.Sessions;
using Npgsql;

namespace Lakehouse.Gateway.Knowledge.Playbooks;

/// <summary>
/// Playbooks that fit a question. City, state and role filter first and what is left is ranked: ranked first, a common task in
/// other cities fills every place, and the filter then finds nothing.
/// </summary>
internal sealed class PlaybookFinder(NpgsqlDataSource postgres)
{
    /// <summary>Newest first, of those that fit in place, role and all else: older ones have faded.</summary>
    private const int MostRanked = 1_000;
    private const int MostWords = 40;

    /// <returns>Best first, with how many were there before the role was asked about.</returns>
    public Task<PlaybookFindings> FindAsync(PlaybookQuestion question, CancellationToken cancellationToken) => postgres.UseAsync(async connection =>
    {
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { Count(question) } };
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var counts = await CountsAsync(reader, cancellationToken);
        await reader.CloseAsync();
        return await FindAsync(connection, question, counts, cancellationToken);
    }, cancellationToken);

    /// <summary>The first of the two statements of <see cref="FindAsync(PlaybookQuestion, CancellationToken)"/>, for a batch with others.</summary>
    public static NpgsqlBatchCommand Count(PlaybookQuestion question)
    {
        var words = question.Words;
        var command = new NpgsqlBatchCommand($"select count(*)::int, count(role)::int from gateway.playbooks where {PlaybookRow.InForce}{question.Conditions(byWords: words is not null)}");
        command.Parameters.AddWithValue(nameof(question.At), question.At);
        foreach (var (name, value) in new[] { (nameof(question.Kind), question.Kind), (nameof(question.TaskClass), question.TaskClass), (nameof(question.City), question.City), (nameof(question.State), question.State), ("any", Any(words)) })
        {
            if (value is not null)
            {
                command.Parameters.AddWithValue(name, value);
            }
        }

        return command;
    }

    /// <returns>What that statement found.</returns>
    public static async Task<PlaybookCounts> CountsAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        await reader.ReadAsync(cancellationToken);
        return new(reader.GetInt32(0), reader.GetInt32(1));
    }

    /// <summary>The second one, on the same connection.</summary>
    public static async Task<PlaybookFindings> FindAsync(NpgsqlConnection connection, PlaybookQuestion question, PlaybookCounts counts, CancellationToken cancellationToken)
    {
        if (counts.Sources == 0)
        {
            // most places have none, and to count is the cheaper question
            return new PlaybookFindings(0, 0, []);
        }

        var words = question.Words;
        var values = new { question.At, question.Kind, question.TaskClass, question.City, question.State, question.Role, any = Any(words), most = MostRanked };
        var rows = await connection.QueryAsync<PlaybookRow>(new CommandDefinition($"""
            {PlaybookRow.Select}
            where {PlaybookRow.InForce}{question.Conditions(byWords: words is not null)}{question.OfRole} and status = '{PlaybookStatus.Live}'
            order by seeded_at desc, playbook_id desc limit @most
            """, values, cancellationToken: cancellationToken));
        var usable = rows.Select(row => Rank(row.ToPlaybook(), words, question.At));
        return new PlaybookFindings(
            counts.Sources, counts.Parsed, [.. usable.OrderByDescending(found => found.Similarity).ThenByDescending(found => found.Playbook.SeededAt).ThenBy(found => found.Playbook.Id, StringComparer.Ordinal)]);
    }

    private static FoundPlaybook Rank(Playbook playbook, IReadOnlySet<string>? words, DateTimeOffset at) =>
        new(playbook, words is null ? 1 : WordOverlap.Of(words, WordOverlap.Words($"{playbook.Operation} {playbook.Approach}")), PlaybookWeight.AgeDays(playbook, at));

    // without a word that says something nothing fits, whatever there is
    private static string? Any(IReadOnlySet<string>? words) => words is null ? null : words.Count == 0 ? "nothing & !nothing" : string.Join(" | ", words.Take(MostWords).Select(word => $"{word}:*"));
}

/// <param name="Query">What the task is about, in words; null = all that fit are equally similar.</param>
/// <param name="At">The moment: what was live then, with the age and marks of then.</param>
internal sealed record PlaybookQuestion(string? Kind, string? TaskClass, string? City, string? State, string? Role, string? Query, DateTimeOffset At)
{
    /// <summary>Those of <see cref="Query"/> that say something.</summary>
    public IReadOnlySet<string>? Words { get; } = Query is null ? null : WordOverlap.Words(Query);

    /// <summary>Only what names a role, whichever; of use where <see cref="Role"/> is null.</summary>
    public bool NamesRole { get; init; }

    /// <summary>Whether something else than words makes the number of candidates small.</summary>
    public bool IsNarrow => TaskClass is not null || City is not null || State is not null;

    /// <summary>In SQL, of what is asked about and nothing else: so a prepared statement need not be planned anew at every call.</summary>
    public string Conditions(bool byWords) => string.Concat(
        Kind is null ? "" : " and kind = @Kind",
        TaskClass is null ? "" : " and task_class = @TaskClass",
        City is null ? "" : " and lower(city) = lower(@City)",
        State is null ? "" : " and lower(state) = lower(@State)",
        !byWords || IsNarrow ? "" : " and search @@ to_tsquery('simple', @any)");

    /// <summary>The same of the role, which the counters are asked without.</summary>
    public string OfRole => Role is not null ? " and lower(role) = lower(@Role)" : NamesRole ? " and role is not null" : "";
}

/// <param name="Sources">Playbooks of the place, the kind and the task.</param>
/// <param name="Parsed">Of these, those whose operation names a role.</param>
internal sealed record PlaybookCounts(int Sources, int Parsed);

/// <param name="Sources">Playbooks of the place, the kind and the task.</param>
/// <param name="Parsed">Of these, those whose operation names a role.</param>
/// <param name="Matched">Of these, those of the role that may be used, neither flagged nor pruned: the newest thousand.</param>
internal sealed record PlaybookFindings(int Sources, int Parsed, IReadOnlyList<FoundPlaybook> Matched);

/// <param name="Similarity">0 to 1.</param>
internal sealed record FoundPlaybook(Playbook Playbook, double Similarity, double AgeDays);
