using System.Text;
using System.Text.Json.Nodes;
using Dapper;
using Lakehouse.ServiceDefaults.Contracts;
using Npgsql;

namespace Lakehouse.Gateway.Sessions;

/// <summary>The messages of sessions. Numbers are taken under the lock of the session's row, so writers queue and none is lost.</summary>
internal sealed class SessionMessages(NpgsqlDataSource postgres, TimeProvider time)
{
    /// <returns>The number of the first one and of the last.</returns>
    public Task<(long First, long Last)> AppendAsync(string id, string consumer, IReadOnlyList<JsonObject> messages, CancellationToken cancellationToken) =>
        postgres.UseAsync(async connection =>
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            var numbers = await AppendAsync(transaction, id, consumer, null, messages, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return numbers;
        }, cancellationToken);

    /// <summary>Stores a turn once, however often it is told.</summary>
    public Task<bool> AppendOnceAsync(string id, string consumer, string requestId, IReadOnlyList<JsonObject> messages, CancellationToken cancellationToken) =>
        postgres.UseAsync(async connection =>
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await LockAsync(transaction, id, consumer, cancellationToken);
            var known = await connection.ExecuteScalarAsync<bool>(new CommandDefinition(
                "select exists (select from gateway.session_messages where session_id = @id and request_id = @requestId)", new { id, requestId }, transaction, cancellationToken: cancellationToken));
            if (!known)
            {
                await AppendAsync(transaction, id, consumer, requestId, messages, cancellationToken);
            }

            await transaction.CommitAsync(cancellationToken);
            return !known;
        }, cancellationToken);

    /// <summary>In order, after a number; fewer than the limit where they are large.</summary>
    public Task<(IReadOnlyList<SessionMessage> Messages, bool HasMore)> ReadAsync(string id, long after, int limit, CancellationToken cancellationToken) =>
        postgres.UseAsync<(IReadOnlyList<SessionMessage>, bool)>(async connection =>
        {
            var rows = (await connection.QueryAsync<MessageRow>(new CommandDefinition($"""
                select {MessageRow.Columns} from (
                    select *, sum(bytes) over (order by seq) - bytes as before from gateway.session_messages
                    where session_id = @id and seq > @after order by seq limit @more) page
                where before < @PageBytes order by seq
                """, new { id, after, more = limit + 1, SessionLimits.PageBytes }, cancellationToken: cancellationToken))).AsList();
            var page = rows.Take(limit).Select(row => row.ToMessage()).ToList();
            var last = await connection.ExecuteScalarAsync<long?>(new CommandDefinition(
                "select max(seq) from gateway.session_messages where session_id = @id", new { id }, cancellationToken: cancellationToken));
            return (page, page.Count > 0 && page[^1].Seq < last);
        }, cancellationToken);

    private async Task<(long First, long Last)> AppendAsync(
        NpgsqlTransaction transaction, string id, string consumer, string? requestId, IReadOnlyList<JsonObject> messages, CancellationToken cancellationToken)
    {
        var texts = messages.Select(message => message.ToJsonString(LakehouseJson.Options)).ToArray();
        var last = await transaction.Connection!.ExecuteScalarAsync<long?>(new CommandDefinition("""
            with session as (
                update gateway.sessions set messages = messages + @count, updated_at = @now where session_id = @id and consumer = @consumer returning messages)
            insert into gateway.session_messages (session_id, seq, role, message, bytes, request_id, created_at, content_text)
            select @id, session.messages - @count + item.number, item.role, item.message::json, item.bytes, @requestId, @now, item.content
            from session, unnest(@roles, @texts, @sizes, @contents) with ordinality as item (role, message, bytes, content, number)
            returning (select messages from session)
            """, new
        {
            id = SessionStore.Checked(id), consumer, requestId, count = (long)messages.Count, now = time.GetUtcNow(), texts,
            roles = messages.Select(message => message["role"]!.ToString()).ToArray(),
            sizes = texts.Select(text => (long)Encoding.UTF8.GetByteCount(text)).ToArray(),
            contents = messages.Select(MessageShape.SearchText).ToArray(),
        }, transaction, cancellationToken: cancellationToken));
        return last is { } number ? (number - messages.Count + 1, number) : throw SessionStore.NotFound(id);
    }

    private static async Task LockAsync(NpgsqlTransaction transaction, string id, string consumer, CancellationToken cancellationToken)
    {
        var found = await transaction.Connection!.ExecuteScalarAsync<string?>(new CommandDefinition(
            "select session_id from gateway.sessions where session_id = @id and consumer = @consumer for update", new { id = SessionStore.Checked(id), consumer }, transaction, cancellationToken: cancellationToken));
        if (found is null)
        {
            throw SessionStore.NotFound(id);
        }
    }
}
