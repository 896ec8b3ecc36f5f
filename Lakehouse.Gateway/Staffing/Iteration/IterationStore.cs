using System.Text.Json.Nodes;
using Dapper;
using Lakehouse.Gateway.Sessions;
using Lakehouse.ServiceDefaults.Contracts;
using Npgsql;

namespace Lakehouse.Gateway.Staffing.Iteration;

/// <summary>The records in <c>gateway.iterations</c>.</summary>
internal sealed class IterationStore(NpgsqlDataSource postgres)
{
    private const string Columns = """
        iteration_id as id, request_id as requestid, consumer, kind, model, status, max_iterations as maxiterations, started_at as startedat, ended_at as endedat,
        trace_id as traceid, tries::text as tries, artifact::text as artifact, error::text as error
        """;

    /// <summary>Adds it, or brings it up to date.</summary>
    public Task WriteAsync(IterationRecord record, CancellationToken cancellationToken) => postgres.UseAsync(connection => connection.ExecuteAsync(new CommandDefinition("""
        insert into gateway.iterations (iteration_id, request_id, consumer, kind, model, status, max_iterations, started_at, ended_at, trace_id, tries, artifact, error)
        values (@Id, @RequestId, @Consumer, @Kind, @Model, @Status, @MaxIterations, @StartedAt, @EndedAt, @TraceId, @tries::json, @artifact::json, @error::json)
        on conflict (iteration_id) do update set status = excluded.status, ended_at = excluded.ended_at, tries = excluded.tries, artifact = excluded.artifact, error = excluded.error
        """, new
    {
        record.Id, record.RequestId, record.Consumer, record.Kind, record.Model, record.Status, record.MaxIterations, record.StartedAt, record.EndedAt, record.TraceId,
        tries = Text(record.Tries), artifact = Text(record.Artifact), error = Text(record.Error),
    }, cancellationToken: cancellationToken)), cancellationToken);

    /// <param name="consumer">Whose it must be; null = anybody's.</param>
    public Task<IterationRecord?> FindAsync(string id, string? consumer, CancellationToken cancellationToken) => postgres.UseAsync(async connection =>
        (await connection.QuerySingleOrDefaultAsync<IterationRow>(new CommandDefinition(
            $"select {Columns} from gateway.iterations where iteration_id = @id and (@consumer::text is null or consumer = @consumer)", new { id, consumer }, cancellationToken: cancellationToken)))?.ToRecord(), cancellationToken);

    /// <summary>Newest first.</summary>
    public Task<Page<IterationRecord>> ListAsync(string? consumer, PageQuery page, CancellationToken cancellationToken) => postgres.UseAsync(async connection =>
    {
        var rows = await connection.QueryAsync<IterationRow>(new CommandDefinition(
            $"select {Columns} from gateway.iterations where (@consumer::text is null or consumer = @consumer) and (@After::text is null or iteration_id < @After collate \"C\") order by iteration_id desc limit @more",
            new { consumer, page.After, more = page.Limit + 1 }, cancellationToken: cancellationToken));
        return Page<IterationRecord>.Of([.. rows.Select(row => row.ToRecord())], page.Limit, record => record.Id);
    }, cancellationToken);

    private static string? Text(JsonNode? node) => node?.ToJsonString(LakehouseJson.Options);

    private sealed class IterationRow
    {
        public required string Id { get; init; }
        public required string RequestId { get; init; }
        public required string Consumer { get; init; }
        public required string Kind { get; init; }
        public required string Model { get; init; }
        public required string Status { get; init; }
        public int MaxIterations { get; init; }
        public DateTime StartedAt { get; init; }
        public DateTime? EndedAt { get; init; }
        public string? TraceId { get; init; }
        public required string Tries { get; init; }
        public string? Artifact { get; init; }
        public string? Error { get; init; }

        public IterationRecord ToRecord() => new(
            Id, RequestId, Consumer, Kind, Model, Status, MaxIterations, new(StartedAt), EndedAt is { } end ? new(end) : null, TraceId, JsonNode.Parse(Tries)!.AsArray(), Read(Artifact), Read(Error));

        private static JsonObject? Read(string? json) => json is null ? null : JsonNode.Parse(json)!.AsObject();
    }
}
