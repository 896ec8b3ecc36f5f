using System.Globalization;
using Dapper;
using Lakehouse.Gateway.Knowledge.Memory;
using Lakehouse.Gateway.Sessions;
using Lakehouse.ServiceDefaults.Telemetry;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Lakehouse.Gateway.Knowledge.Retrieval;

/// <summary>
/// Finds what is known about a question: SQL narrows, full text, facts and vectors rank, the ranks are fused, what is not to
/// the point falls under the floor, and what is left is read again under the same conditions.
/// </summary>
internal sealed class MemorySearch(NpgsqlDataSource postgres, MemoryVectors vectors, MemoryEcho echo, IOptions<RetrievalOptions> options)
{
    /// <summary>What facts alone can make of a score: they fit much that was not asked.</summary>
    private const double FactWeight = 0.4;

    /// <summary>What words alone can make of it where facts were given, too.</summary>
    private const double WithoutFacts = 0.9;

    private readonly RetrievalOptions _options = options.Value;

    public async Task<MemoryFindings> FindAsync(RetrievalQuestion question, CancellationToken cancellationToken)
    {
        using var span = GatewayTelemetry.Source.StartActivity("search_memory");
        span?.SetTag(TelemetryNames.GenAi.OperationName, "search_memory").SetTag(TelemetryNames.Consumer, question.Consumer);
        var (candidates, byText) = await postgres.UseAsync(async connection =>
        {
            var found = await CandidateSearch.FindAsync(connection, question, cancellationToken);
            var alike = await CandidateSearch.FindAlikeAsync(connection, question, found.Unknown, cancellationToken);
            return (found, Merge(found.ByWords, alike));
        }, cancellationToken);
        var all = Merge(byText, candidates.ByFacts).ToDictionary(candidate => candidate.Id);
        var note = await vectors.CompareAsync(question, all, cancellationToken);
        Judge(question, candidates.Asked, all.Values);
        var floor = question.Floor ?? _options.Floor;
        var fit = all.Values.Where(candidate => candidate.Relevance >= floor).ToDictionary(candidate => candidate.Id);
        var rankings = new[]
        {
            Ranking(byText.Where(candidate => candidate.WordShare > 0)), Ranking(candidates.ByFacts),
            Ranking(all.Values.Where(candidate => candidate.Similarity >= _options.MinSimilarity).OrderByDescending(candidate => candidate.Similarity)),
        };
        var fused = RankFusion.Fuse(rankings.Select(ranking => ranking.Where(fit.ContainsKey).ToList()));
        var best = fused.Values.DefaultIfEmpty(1).Max();
        var chosen = fit.Values.Select(candidate => (Candidate: candidate, Score: Math.Round(candidate.Relevance * fused.GetValueOrDefault(candidate.Id) / best, 3)))
            .Where(one => one.Score > 0).OrderByDescending(one => one.Score).ThenByDescending(one => one.Candidate.Id, StringComparer.Ordinal).Take(question.Limit).ToList();
        var hits = await ReadAsync(question, chosen, candidates.Asked.Count, cancellationToken);
        span?.SetTag(TelemetryNames.MemoryCandidates, all.Count).SetTag(TelemetryNames.MemoryHits, hits.Count);
        return new(hits, note ?? (hits.Count > 0 ? null : all.Count == 0 ? "nothing known has anything of it" : $"{all.Count} have something of it, and none enough"));
    }

    /// <summary>Counts what was put to use.</summary>
    public Task UsedAsync(IReadOnlyCollection<string> ids, DateTimeOffset now, CancellationToken cancellationToken) => ids.Count == 0 ? Task.CompletedTask : postgres.UseAsync(connection =>
        connection.ExecuteAsync(new CommandDefinition("""
            update gateway.memories set use_count = use_count + 1, last_used_at = greatest(last_used_at, @now)
            from (select memory_id as used from gateway.memories where memory_id = any(@ids) order by memory_id for update) rows where memory_id = used
            """, new { ids = ids.ToArray(), now }, cancellationToken: cancellationToken)), cancellationToken);

    // what was closed, or is no longer the caller's, since it was ranked is not served
    private Task<IReadOnlyList<MemoryHit>> ReadAsync(RetrievalQuestion question, List<(Candidate Candidate, double Score)> chosen, int words, CancellationToken cancellationToken) =>
        chosen.Count == 0 ? Task.FromResult<IReadOnlyList<MemoryHit>>([]) : postgres.UseAsync<IReadOnlyList<MemoryHit>>(async connection =>
        {
            var rows = (await connection.QueryAsync<MemoryRow>(new CommandDefinition(
                $"select {MemoryRow.Columns} from gateway.memories where memory_id = any(@ids) and {RetrievalQuestion.Narrow}",
                question.Parameters(new { ids = chosen.Select(one => one.Candidate.Id).ToArray() }), cancellationToken: cancellationToken))).ToDictionary(row => row.Id);
            await echo.NoteAsync(connection, question.Consumer, question.DryRun ? [] : rows.Keys, cancellationToken);
            return [.. chosen.Where(one => rows.ContainsKey(one.Candidate.Id)).Select(one => new MemoryHit(rows[one.Candidate.Id].ToItem(), Reason(one.Candidate, question, words), one.Score))];
        }, cancellationToken);

    private void Judge(RetrievalQuestion question, IReadOnlySet<string> asked, IReadOnlyCollection<Candidate> candidates)
    {
        var relevance = new WordRelevance(asked, [.. candidates.Select(candidate => candidate.Lexemes)]);
        foreach (var candidate in candidates)
        {
            // who searches with operators has said himself what an answer is
            (candidate.WordShare, candidate.Words) = question.HasOperators ? (1, asked.Count) : relevance.Of(candidate.Lexemes, candidate.Alike);
            candidate.FactShare = question.Facts.Count == 0 ? 0 : (double)candidate.Facts / question.Facts.Count;
            var meaning = candidate.Similarity is { } cosine && cosine >= _options.MinSimilarity
                ? _options.Floor + ((1 - _options.Floor) * (cosine - _options.MinSimilarity) / (1 - _options.MinSimilarity))
                : 0;
            var said = Math.Max(candidate.WordShare, meaning) * (question.Facts.Count > 0 ? WithoutFacts : 1);
            candidate.Relevance = 1 - ((1 - said) * (1 - (FactWeight * candidate.FactShare)));
        }
    }

    private static string Reason(Candidate candidate, RetrievalQuestion question, int words)
    {
        var reasons = new List<string>();
        if (candidate.Words > 0)
        {
            reasons.Add(question.HasOperators ? "it meets the search" : $"it has {candidate.Words} of the {words} words of the question, {candidate.WordShare.ToString("P0", CultureInfo.InvariantCulture)} by weight{(candidate.Alike.Count > 0 ? $"; {candidate.Alike.Count} of them spelt otherwise" : "")}");
        }

        if (candidate.Facts > 0)
        {
            reasons.Add($"{candidate.Facts} of the {question.Facts.Count} facts fit");
        }

        if (candidate.Similarity is { } similarity)
        {
            reasons.Add($"meaning {similarity.ToString("0.00", CultureInfo.InvariantCulture)}");
        }

        return string.Join("; ", reasons);
    }

    // the first of each id stays: its ranking is the better one
    private static List<Candidate> Merge(IReadOnlyList<Candidate> first, IReadOnlyList<Candidate> second)
    {
        var merged = first.ToList();
        foreach (var candidate in second)
        {
            if (merged.Find(one => one.Id == candidate.Id) is not { } there)
            {
                merged.Add(candidate);
                continue;
            }

            foreach (var (word, likeness) in candidate.Alike)
            {
                there.Alike.TryAdd(word, likeness);
            }
        }

        return merged;
    }

    private static IEnumerable<string> Ranking(IEnumerable<Candidate> candidates) => candidates.Select(candidate => candidate.Id);
}

/// <param name="Note">Why there is nothing, or not more.</param>
internal sealed record MemoryFindings(IReadOnlyList<MemoryHit> Hits, string? Note);

/// <param name="Score">0 to 1: how much of what was asked it is about.</param>
internal sealed record MemoryHit(MemoryItem Memory, string Reason, double Score);
