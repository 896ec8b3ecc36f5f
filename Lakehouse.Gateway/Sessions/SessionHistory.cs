using System.Text.Json.Nodes;
using Dapper;
using Lakehouse.Gateway.Errors;
using Lakehouse.ServiceDefaults.Contracts;
using Npgsql;

namespace Lakehouse.Gateway.Sessions;

/// <summary>What a chat with a <c>session_id</c> needs: the turns so far before the call, both new turns after it.</summary>
internal sealed class SessionHistory(NpgsqlDataSource postgres, SessionMessages messages)
{
    /// <summary>The newest messages, as many as any model could take in, and every system message.</summary>
    /// <exception cref="ApiError">404: the consumer has no such session.</exception>
    public Task<SessionTurns> LoadAsync(string sessionId, string consumer, CancellationToken cancellationToken) => postgres.UseAsync(async connection =>
    {
        var session = await connection.QuerySingleOrDefaultAsync<SessionRow>(new CommandDefinition(
            $"select {SessionRow.Columns} from gateway.sessions where session_id = @sessionId and consumer = @consumer", new { sessionId = SessionStore.Checked(sessionId), consumer }, cancellationToken: cancellationToken))
            ?? throw SessionStore.NotFound(sessionId);
        // later writers only add after what this session's row says
        var rows = (await connection.QueryAsync<MessageRow>(new CommandDefinition($"""
            select {MessageRow.Columns} from (
                select *, sum(bytes) over (order by seq desc) - bytes as newer from gateway.session_messages where session_id = @sessionId and seq <= @last) history
            where newer < @PageBytes or role in ('system', 'developer') order by seq
            """, new { sessionId, last = session.Messages, SessionLimits.PageBytes }, cancellationToken: cancellationToken))).AsList();
        return new SessionTurns(sessionId, session.Budget, [.. rows.Select(row => row.ToMessage())], session.Messages - rows.Count);
    }, cancellationToken);

    /// <summary>Stores what the user sent and what the assistant answered, together or not at all; once for each request id.</summary>
    /// <exception cref="ApiError">404: the session was deleted meanwhile.</exception>
    public Task StoreAsync(string sessionId, string consumer, string requestId, IReadOnlyList<JsonObject> userTurn, JsonObject assistant, CancellationToken cancellationToken) =>
        messages.AppendOnceAsync(sessionId, consumer, requestId, [.. userTurn, assistant], cancellationToken);
}

/// <summary>A session as it was when a call began.</summary>
/// <param name="Budget">Caps of the session itself.</param>
/// <param name="NotLoaded">Older messages that no context window could hold.</param>
internal sealed record SessionTurns(string SessionId, BudgetLimits Budget, IReadOnlyList<SessionMessage> Stored, long NotLoaded)
{
    public IReadOnlyList<JsonObject> Messages => [.. Stored.Select(stored => stored.Message)];
}
