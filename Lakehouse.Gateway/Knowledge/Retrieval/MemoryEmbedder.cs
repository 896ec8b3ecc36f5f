using Dapper;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Sessions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Lakehouse.Gateway.Knowledge.Retrieval;

/// <summary>Gives memories their vectors, after they were written: a model that is away keeps nobody from remembering. One gateway at a time.</summary>
internal sealed partial class MemoryEmbedder(NpgsqlDataSource postgres, MemoryVectors vectors, ScopeNames names, IOptions<RetrievalOptions> options, TimeProvider time, ILogger<MemoryEmbedder> logger) : BackgroundService
{
    private const int Batch = 32;
    private bool _decided;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => vectors.Model is { } model
        ? Background.EveryAsync(options.Value.EmbedInterval, time, logger, token => EmbedAllAsync(model, token), stoppingToken)
        : Task.CompletedTask;

    private async Task EmbedAllAsync(string model, CancellationToken cancellationToken)
    {
        try
        {
            _decided = _decided || await DecideAsync(cancellationToken);
            while (await EmbedBatchAsync(model, cancellationToken) == Batch)
            {
                // as long as there is more
            }
        }
        catch (Exception problem) when (!cancellationToken.IsCancellationRequested && ErrorWriter.ToApiError(problem, time) is { } known)
        {
            LogAway(model, known.Code);
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

        var rows = (await connection.QueryAsync<(string Id, string Text, string Scope)>(new CommandDefinition(
            $"select memory_id, text, scope from gateway.memories where valid_to is null and embedding_model is distinct from @model order by memory_id limit {Batch}",
            new { model }, cancellationToken: cancellationToken))).AsList();
        try
        {
            await EmbedAsync(connection, model, rows, cancellationToken);
        }
        finally
        {
            // what was written was paid for, whatever became of the rest
            await turn.CommitAsync(CancellationToken.None);
        }

        return rows.Count;
    }, cancellationToken);

    // a number beyond a float's is read as infinite: nothing is near to it, and pgvector takes none
    private static float[]? Storable(float[]? vector) => vector is not null && Array.TrueForAll(vector, float.IsFinite) ? vector : null;

    private async Task EmbedAsync(NpgsqlConnection connection, string model, List<(string Id, string Text, string Scope)> rows, CancellationToken cancellationToken)
    {
        var known = new Dictionary<string, PersonNames?>(StringComparer.Ordinal);
        foreach (var scope in rows.Select(row => row.Scope).Distinct())
        {
            known[scope] = await names.OfAsync(connection, new(scope, []), cancellationToken);
        }

        var maskable = rows.Where(row => known[row.Scope] is not null).Select(row => (row.Id, Text: (row.Text, Names: known[row.Scope]!))).ToList();
        foreach (var row in rows.Where(row => known[row.Scope] is null))
        {
            await WriteAsync(row.Id, null);
        }

        if (maskable.Count < rows.Count)
        {
            LogTooManyNames(rows.Count - maskable.Count, ScopeNames.Most);
        }

        // all together where the model takes them; else one by one, so that only those go without that it does not take
        if (await TryEmbedAsync([.. maskable.Select(row => row.Text)], cancellationToken) is { } made)
        {
            foreach (var (row, vector) in maskable.Zip(made))
            {
                await WriteAsync(row.Id, vector);
            }

            return;
        }

        foreach (var row in maskable)
        {
            var vector = maskable.Count == 1 ? null : await TryEmbedAsync([row.Text], cancellationToken);
            if (vector is null)
            {
                LogRefused(row.Id);
            }

            await WriteAsync(row.Id, vector?[0]);
        }

        Task WriteAsync(string id, float[]? vector) => connection.ExecuteAsync(new CommandDefinition(
            "update gateway.memories set embedding = @vector, embedding_model = @model where memory_id = @id", new { id, vector = Storable(vector), model }, cancellationToken: cancellationToken));
    }

    /// <returns>Null where the model will never take them.</returns>
    private async Task<float[][]?> TryEmbedAsync(IReadOnlyList<(string Text, PersonNames Names)> texts, CancellationToken cancellationToken)
    {
        try
        {
            return texts.Count == 0 ? [] : await vectors.EmbedAsync(texts, cancellationToken);
        }
        catch (ApiError problem) when (problem.Code is "upstream_invalid_request" or "content_filtered")
        {
            return null;
        }
    }

    [LoggerMessage(LogLevel.Information, "The database compares the vectors of memories: it has pgvector.")]
    private partial void LogByDatabase();

    [LoggerMessage(LogLevel.Information, "The gateway compares the vectors of memories, two hundred a question: the database has no pgvector ({Reason}).")]
    private partial void LogByGateway(string reason);

    [LoggerMessage(LogLevel.Warning, "Memories wait for vectors of {Model}: {Code}.")]
    private partial void LogAway(string model, string code);

    [LoggerMessage(LogLevel.Warning, "{Id} goes without a vector: the model does not take it.")]
    private partial void LogRefused(string id);

    [LoggerMessage(LogLevel.Warning, "{Count} memories go without vectors: their scope has more than {Most} names, which is too many to take out of a text.")]
    private partial void LogTooManyNames(int count, int most);
}
