using System.Text.RegularExpressions;
using Dapper;
using Npgsql;

namespace Lakehouse.Gateway.Knowledge.Retrieval;

/// <summary>Narrows and ranks in SQL: by full text, by facts, and by words that are spelt otherwise.</summary>
internal static partial class CandidateSearch
{
    /// <summary>Of each ranking.</summary>
    public const int Most = 200;

    /// <summary>Distinct words of a question: of a longer one the beginning and the end.</summary>
    private const int MostWords = 64;

    private const int ShortestMisspelt = 4;

    /// <summary>A word that is only like the one asked for tells less.</summary>
    private const double AlikeWeight = 0.8;

    /// <summary>For SQL: what a <see cref="Candidate"/> is made of.</summary>
    public const string Columns = "memory_id as id, tsvector_to_array(fts) as lexemes, (select count(*) from jsonb_each_text(@facts::jsonb) fact where attributes ? fact.key)::int as facts";

    // of the lexemes any one: what somebody says has words that no answer has
    private const string AnyWord = """
        (select string_agg('''' || replace(replace(lexeme, '\', '\\'), '''', '''''') || '''', ' | ')::tsquery
        from (select distinct unnest(tsvector_to_array(to_tsvector('english', word))) as lexeme from unnest(@words) word) words)
        """;

    public static async Task<Candidates> FindAsync(NpgsqlConnection connection, RetrievalQuestion question, CancellationToken cancellationToken)
    {
        var words = Words(question.Text ?? "");
        using var read = await connection.QueryMultipleAsync(new CommandDefinition($"""
            select word, lexeme from unnest(@words) word cross join lateral unnest(tsvector_to_array(to_tsvector('english', word))) lexeme;
            select {Columns} from gateway.memories, {(question.HasOperators ? "websearch_to_tsquery('english', @Text)" : AnyWord)} asked (query)
            where {RetrievalQuestion.Narrow} and fts @@ query order by ts_rank_cd(fts, query) desc, memory_id desc limit {Most};
            select {Columns} from gateway.memories
            where {RetrievalQuestion.Narrow} and @facts <> '{"{}"}' and attributes ?| (select array_agg(key) from jsonb_each_text(@facts::jsonb))
            order by facts desc, memory_id desc limit {Most};
            """, question.Parameters(new { words, question.Text }), cancellationToken: cancellationToken));
        var asked = (await read.ReadAsync<(string Word, string Lexeme)>()).AsList();
        var byWords = (await read.ReadAsync<Row>()).Select(row => row.ToCandidate()).ToList();
        var byFacts = (await read.ReadAsync<Row>()).Select(row => row.ToCandidate()).ToList();
        return new(asked.Select(word => word.Lexeme).ToHashSet(StringComparer.Ordinal), byWords, byFacts)
        {
            Unknown = [.. asked.Where(word => word.Word.Length >= ShortestMisspelt && !byWords.Exists(candidate => candidate.Lexemes.Contains(word.Lexeme)))],
        };
    }

    /// <summary>Words that no text has may be names that are spelt otherwise.</summary>
    public static async Task<IReadOnlyList<Candidate>> FindAlikeAsync(NpgsqlConnection connection, RetrievalQuestion question, IReadOnlyList<(string Word, string Lexeme)> unknown, CancellationToken cancellationToken)
    {
        const int mostUnknown = 8;
        var asked = unknown.DistinctBy(word => word.Lexeme).Take(mostUnknown).ToList();
        if (asked.Count == 0 || question.HasOperators)
        {
            return [];
        }

        var rows = await connection.QueryAsync<AlikeRow>(new CommandDefinition($"""
            select {Columns}, at::int as at, gateway.memory_likeness(text, word) as likeness from gateway.memories, unnest(@words) with ordinality as asked (word, at)
            where {RetrievalQuestion.Narrow} and gateway.memory_is_like(text, word) order by likeness desc, memory_id desc limit {Most}
            """, question.Parameters(new { words = asked.Select(word => word.Word).ToArray() }), cancellationToken: cancellationToken));
        var found = new List<Candidate>();
        foreach (var row in rows)
        {
            var candidate = found.Find(one => one.Id == row.Id);
            if (candidate is null)
            {
                found.Add(candidate = row.ToCandidate());
            }

            candidate.Alike.TryAdd(asked[row.At - 1].Lexeme, row.Likeness * AlikeWeight);
        }

        return found;
    }

    private static string[] Words(string text)
    {
        var words = Word().Matches(text).Select(match => match.Value.ToLowerInvariant()).Distinct().ToArray();
        return words.Length <= MostWords ? words : [.. words[..(MostWords / 2)], .. words[^(MostWords / 2)..]];
    }

    [GeneratedRegex(@"[\p{L}\p{N}][\p{L}\p{N}\p{M}._'’@/-]{0,60}(?<=[\p{L}\p{N}\p{M}])", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Word();

    private class Row
    {
        public required string Id { get; init; }
        public required string[] Lexemes { get; init; }
        public int Facts { get; init; }

        public Candidate ToCandidate() => new() { Id = Id, Lexemes = Lexemes.ToHashSet(StringComparer.Ordinal), Facts = Facts };
    }

    private sealed class AlikeRow : Row
    {
        public int At { get; init; }
        public double Likeness { get; init; }
    }
}

/// <param name="Asked">The lexemes of the question.</param>
/// <param name="ByWords">Best first.</param>
/// <param name="ByFacts">Best first.</param>
internal sealed record Candidates(IReadOnlySet<string> Asked, IReadOnlyList<Candidate> ByWords, IReadOnlyList<Candidate> ByFacts)
{
    /// <summary>Words of the question that no text has.</summary>
    public required IReadOnlyList<(string Word, string Lexeme)> Unknown { get; init; }
}
