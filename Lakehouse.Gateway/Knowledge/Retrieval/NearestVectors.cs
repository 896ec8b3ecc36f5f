using Dapper;
using Lakehouse.Gateway.Sessions;
using Npgsql;

namespace Lakehouse.Gateway.Knowledge.Retrieval;

/// <summary>How near memories are to a question: the database compares all of them where it has pgvector, else the gateway two hundred.</summary>
internal sealed partial class NearestVectors(NpgsqlDataSource postgres, ILogger<NearestVectors> logger)
{
    /// <summary>Is asked before the question's own vector is made and paid for.</summary>
    /// <returns>Whether there is anything to compare with, and the schema of pgvector.</returns>
    public Task<(bool Any, string? Home)> LookAsync(RetrievalQuestion question, string model, CancellationToken cancellationToken) => postgres.UseAsync(connection =>
        connection.QuerySingleAsync<(bool, string?)>(new CommandDefinition(
            $"select exists (select from gateway.memories where {RetrievalQuestion.Narrow} and embedding_model = @model and embedding is not null), {PgVector.Home}",
            question.Parameters(new { model }), cancellationToken: cancellationToken)), cancellationToken);

    /// <param name="ids">Of candidates: they are compared in any case.</param>
    /// <param name="home">The schema of pgvector; null = the gateway compares.</param>
    public Task<IReadOnlyList<NearVector>> FindAsync(
        RetrievalQuestion question, string model, float[] asked, IReadOnlyCollection<string> ids, string? home, CancellationToken cancellationToken) => postgres.UseAsync(async connection =>
    {
        try
        {
            if (home is not null)
            {
                return await ByDatabaseAsync(connection, question, model, asked, ids, home, cancellationToken);
            }
        }
        catch (PostgresException problem) when (!problem.IsTransient)
        {
            // it is dropped, its schema is closed to us, or it does not take such vectors
            LogRefused(problem.SqlState, problem.MessageText);
        }

        return await ByGatewayAsync(connection, question, model, asked, ids, cancellationToken);
    }, cancellationToken);

    // No index: an approximate one is narrowed after it has searched, and would lose what a scope has among many. That the distance
    // is NaN says that a vector is all zeros.
    private static async Task<IReadOnlyList<NearVector>> ByDatabaseAsync(
        NpgsqlConnection connection, RetrievalQuestion question, string model, float[] asked, IReadOnlyCollection<string> ids, string home, CancellationToken cancellationToken) =>
        (await connection.QueryAsync<NearVector>(new CommandDefinition($"""
            with compared as (
                select memory_id as near_id, nullif(embedding::{home}.vector operator({home}.<=>) @asked::{home}.vector, 'NaN') as distance
                from gateway.memories where {RetrievalQuestion.Narrow} and embedding_model = @model and array_length(embedding, 1) = @dimensions),
            near as (select near_id, distance from compared order by distance, near_id desc limit {CandidateSearch.Most})
            select {CandidateSearch.Columns}, coalesce(1 - distance, 0) as similarity
            from (select * from near union select * from compared where near_id = any(@ids)) chosen join gateway.memories on memory_id = near_id
            order by distance, memory_id desc
            """, question.Parameters(new { model, asked, dimensions = asked.Length, ids = ids.ToArray() }), cancellationToken: cancellationToken))).AsList();

    private static async Task<IReadOnlyList<NearVector>> ByGatewayAsync(
        NpgsqlConnection connection, RetrievalQuestion question, string model, float[] asked, IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        var rows = (await connection.QueryAsync<NearVector>(new CommandDefinition($"""
            select {CandidateSearch.Columns}, embedding as vector
            from gateway.memories where {RetrievalQuestion.Narrow} and embedding_model = @model and embedding is not null
            order by memory_id = any(@ids) desc, memory_id desc limit {CandidateSearch.Most}
            """, question.Parameters(new { model, ids = ids.ToArray() }), cancellationToken: cancellationToken))).AsList();
        rows.ForEach(row => row.Similarity = Cosine(asked, row.Vector));
        return rows;
    }

    private static double Cosine(float[] one, float[] other)
    {
        if (one.Length != other.Length)
        {
            return 0;
        }

        var (product, first, second) = (0.0, 0.0, 0.0);
        for (var at = 0; at < one.Length; at++)
        {
            product += one[at] * other[at];
            first += one[at] * one[at];
            second += other[at] * other[at];
        }

        return first > 0 && second > 0 ? product / Math.Sqrt(first * second) : 0;
    }

    [LoggerMessage(LogLevel.Warning, "pgvector refused ({SqlState}: {Reason}): the gateway compares the newest vectors itself.")]
    private partial void LogRefused(string sqlState, string reason);
}

internal sealed class NearVector
{
    public required string Id { get; init; }
    public required string[] Lexemes { get; init; }
    public int Facts { get; init; }
    public float[] Vector { get; init; } = [];

    /// <summary>Cosine.</summary>
    public double Similarity { get; set; }
}
