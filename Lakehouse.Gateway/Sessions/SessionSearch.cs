using Dapper;
using Npgsql;

namespace Lakehouse.Gateway.Sessions;

/// <summary>Finds words in a consumer's own sessions.</summary>
internal sealed class SessionSearch(NpgsqlDataSource postgres)
{
    /// <param name="words">As for a search engine: words, "a phrase", or, -not.</param>
    public Task<IReadOnlyList<SessionHit>> FindAsync(string consumer, string words, int limit, CancellationToken cancellationToken) =>
        postgres.UseAsync<IReadOnlyList<SessionHit>>(async connection =>
        {
            var rows = await connection.QueryAsync<SessionHitRow>(new CommandDefinition("""
                select session_id as sessionid, title, seq, role, created_at as createdat,
                    ts_headline('simple', left(content_text, 20000), asked, 'StartSel=**, StopSel=**, MaxWords=40, MinWords=20') as excerpt
                from (
                    select session_id, title, seq, role, message.created_at, content_text, asked, ts_rank(search, asked) as rank
                    from gateway.session_messages message
                    join gateway.sessions session using (session_id), websearch_to_tsquery('simple', @words) asked
                    where consumer = @consumer and search @@ asked
                    order by rank desc, message.created_at desc, seq desc limit @limit) found
                order by rank desc, created_at desc, seq desc
                """, new { consumer, words, limit }, cancellationToken: cancellationToken));
            return [.. rows.Select(row => new SessionHit(row.SessionId, row.Title, row.Seq, row.Role, new(row.CreatedAt), row.Excerpt))];
        }, cancellationToken);
}

/// <param name="Excerpt">The place, with what was found between **.</param>
internal sealed record SessionHit(string SessionId, string? Title, long Seq, string Role, DateTimeOffset CreatedAt, string Excerpt);

/// <summary>The same as one row of SQL.</summary>
internal sealed class SessionHitRow
{
    public required string SessionId { get; init; }
    public string? Title { get; init; }
    public long Seq { get; init; }
    public required string Role { get; init; }
    public DateTime CreatedAt { get; init; }
    public required string Excerpt { get; init; }
}
