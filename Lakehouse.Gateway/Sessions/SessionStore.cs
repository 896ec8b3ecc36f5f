using Dapper;
using Lakehouse.Gateway.Errors;
using Lakehouse.ServiceDefaults.Contracts;
using Npgsql;

namespace Lakehouse.Gateway.Sessions;

/// <summary>Sessions in Postgres. Whoever is not the owner is told that there is none.</summary>
internal sealed class SessionStore(NpgsqlDataSource postgres, TimeProvider time)
{
    public Task<Session> CreateAsync(string consumer, NewSession session, CancellationToken cancellationToken) => postgres.UseAsync(async connection =>
    {
        var row = await connection.QuerySingleAsync<SessionRow>(new CommandDefinition($"""
            insert into gateway.sessions (session_id, consumer, title, metadata, budget_calls, budget_tokens, budget_nano_usd, created_at, updated_at)
            values (@id, @consumer, @Title, @metadata::json, @Calls, @Tokens, @NanoUsd, @now, @now)
            returning {SessionRow.Columns}
            """, new
        {
            id = LakehouseId.NewSession(time), consumer, session.Title, metadata = session.Metadata.ToJsonString(),
            session.Budget.Calls, session.Budget.Tokens, session.Budget.NanoUsd, now = time.GetUtcNow(),
        }, cancellationToken: cancellationToken));
        return row.ToSession();
    }, cancellationToken);

    /// <summary>Newest first.</summary>
    public Task<Page<Session>> ListAsync(string consumer, PageQuery page, CancellationToken cancellationToken) => postgres.UseAsync(async connection =>
    {
        var rows = await connection.QueryAsync<SessionRow>(new CommandDefinition($"""
            select {SessionRow.Columns} from gateway.sessions
            where consumer = @consumer and (@After::text is null or session_id < @After collate "C")
            order by session_id desc limit @more
            """, new { consumer, page.After, more = page.Limit + 1 }, cancellationToken: cancellationToken));
        return Page<Session>.Of([.. rows.Select(row => row.ToSession())], page.Limit, session => session.Id);
    }, cancellationToken);

    public Task<Session> GetAsync(string id, string consumer, CancellationToken cancellationToken) => postgres.UseAsync(async connection =>
        Found(Checked(id), await connection.QuerySingleOrDefaultAsync<SessionRow>(new CommandDefinition(
            $"select {SessionRow.Columns} from gateway.sessions where session_id = @id and consumer = @consumer", new { id, consumer }, cancellationToken: cancellationToken))),
        cancellationToken);

    public Task<Session> RenameAsync(string id, string consumer, string? title, CancellationToken cancellationToken) => postgres.UseAsync(async connection =>
        Found(Checked(id), await connection.QuerySingleOrDefaultAsync<SessionRow>(new CommandDefinition(
            $"update gateway.sessions set title = @title, updated_at = @now where session_id = @id and consumer = @consumer returning {SessionRow.Columns}",
            new { id, consumer, title, now = time.GetUtcNow() }, cancellationToken: cancellationToken))),
        cancellationToken);

    public Task<Session> DeleteAsync(string id, string consumer, CancellationToken cancellationToken) => postgres.UseAsync(async connection =>
        Found(Checked(id), await connection.QuerySingleOrDefaultAsync<SessionRow>(new CommandDefinition(
            $"delete from gateway.sessions where session_id = @id and consumer = @consumer returning {SessionRow.Columns}", new { id, consumer }, cancellationToken: cancellationToken))),
        cancellationToken);

    /// <summary>What cannot be an id is not asked of Postgres, which takes no text with U+0000.</summary>
    public static string Checked(string id) => PageQuery.IsId(id, "ses_") ? id : throw NotFound(id);

    public static ApiError NotFound(string id) =>
        new(404, "session_not_found", $"There is no session '{(id.Length <= 80 ? id : id[..80] + "…")}'; POST /v1/sessions makes one.", "session_id");

    private static Session Found(string id, SessionRow? row) => row?.ToSession() ?? throw NotFound(id);
}
