using Dapper;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Sessions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Lakehouse.Gateway.Knowledge.Retrieval;

/// <summary>Gives memories their vectors, after they were written: a model that is away keeps nobody from remembering. One gateway at a time.</summary>
internal sealed partial class MemoryEmbedder(NpgsqlDataSource postgres, MemoryVectors vectors, IOptions<RetrievalOptions> options, TimeProvider time, ILogger<MemoryEmbedder> logger) : BackgroundService
{
    private const int Batch = 32;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (vectors.Model is not { } model)
        {
            return;
        }

        var decided = false;
        using var timer = new PeriodicTimer(options.Value.EmbedInterval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                decided = decided || await DecideAsync(stoppingToken);
                while (await EmbedBatchAsync(model, stoppingToken) == Batch)
                {
                    // as long as there is more
                }
            }
            catch (Exception problem) when (!stoppingToken.IsCancellationRequested && ErrorWriter.ToApiError(problem, time) is { } known)
            {
                LogAway(model, known.Code);
            }
        }
    }

    /// <summary>Who compares vectors: nobody needs pgvector before a model makes some.</summary>
    private Task<bool> DecideAsync(CancellationToken cancellationToken) => postgres.UseAsync(async connection =>
    {
        if (await PgVector.CreateAsync(connection, cancellationToken) is { } reason)
        {
            LogByGateway(reason);
        }
        else
        {
            LogByDatabase();
        }

        return true;
    }, cancellationToken);

    private Task<int> EmbedBatchAsync(string model, CancellationToken cancellationToken) => postgres.UseAsync(async connection =>
    {
        await using var turn = await connection.BeginTransactionAsync(cancellationToken);
        if (!await connection.ExecuteScalarAsync<bool>(new CommandDefinition("select pg_try_advisory_xact_lock(hashtextextended('lakehouse.memory.embedder', 0))", cancellationToken: cancellationToken)))
        {
            return 0;
        }

        var rows = (await connection.QueryAsync<(string Id, string Text, string[] Names)>(new CommandDefinition($"""
            select memory_id, text, array(select distinct name from gateway.memories other, unnest(other.names) name where other.scope = memories.scope and other.names <> '{"{}"}')
            from gateway.memories where valid_to is null and embedding_model is distinct from @model order by memory_id limit {Batch}
            """, new { model }, cancellationToken: cancellationToken))).AsList();
        if (rows.Count > 0)
        {
            var made = await TryEmbedAsync([.. rows.Select(row => MemoryVectors.Masked(row.Text, row.Names))], cancellationToken);
            for (var at = 0; at < rows.Count; at++)
            {
                await connection.ExecuteAsync(new CommandDefinition(
                    "update gateway.memories set embedding = @vector, embedding_model = @model where memory_id = @Id", new { rows[at].Id, vector = Storable(made?[at]), model }, cancellationToken: cancellationToken));
            }
        }

        await turn.CommitAsync(cancellationToken);
        return rows.Count;
    }, cancellationToken);

    // a number beyond a float's is read as infinite: nothing is near to it, and pgvector takes none
    private static float[]? Storable(float[]? vector) => vector is not null && Array.TrueForAll(vector, float.IsFinite) ? vector : null;

    /// <returns>Null where the model will never take them: they go without, and are not paid for again.</returns>
    private async Task<float[][]?> TryEmbedAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        try
        {
            return await vectors.EmbedAsync(texts, cancellationToken);
        }
        catch (ApiError problem) when (problem.Code is "upstream_invalid_request" or "content_filtered")
        {
            LogRefused(texts.Count, problem.Code);
            return null;
        }
    }

    [LoggerMessage(LogLevel.Information, "The database compares the vectors of memories: it has pgvector.")]
    private partial void LogByDatabase();

    [LoggerMessage(LogLevel.Information, "The gateway compares the vectors of memories, two hundred a question: the database has no pgvector ({Reason}).")]
    private partial void LogByGateway(string reason);

    [LoggerMessage(LogLevel.Warning, "Memories wait for vectors of {Model}: {Code}.")]
    private partial void LogAway(string model, string code);

    [LoggerMessage(LogLevel.Warning, "{Count} memories go without vectors: the model does not take them ({Code}).")]
    private partial void LogRefused(int count, string code);
}
