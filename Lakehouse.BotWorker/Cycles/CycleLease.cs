using Npgsql;

namespace Lakehouse.BotWorker.Cycles;

/// <summary>
/// The right to run a cycle on a repository: an advisory lock on a connection that is held as long as the cycle runs.
/// When the process dies, PostgreSQL sees the connection end and lets the next one in; no timeout has to pass.
/// </summary>
internal sealed class CycleLease : IAsyncDisposable
{
    private const string Key = "hashtextextended('lakehouse.bot.cycle:' || $1, 0)";

    private readonly NpgsqlConnection _connection;
    private readonly string _repository;

    private CycleLease(NpgsqlConnection connection, string repository) => (_connection, _repository) = (connection, repository);

    /// <returns>Null while another process or job holds it.</returns>
    public static async Task<CycleLease?> TryTakeAsync(NpgsqlDataSource database, string repository, CancellationToken cancellationToken)
    {
        var connection = await database.OpenConnectionAsync(cancellationToken);
        var taken = false;
        try
        {
            taken = await AskAsync(connection, $"select pg_try_advisory_lock({Key})", repository, cancellationToken);
            return taken ? new CycleLease(connection, repository) : null;
        }
        finally
        {
            if (!taken)
            {
                await connection.DisposeAsync();
            }
        }
    }

    /// <summary>Throws when the connection, and with it the lock, was lost: somebody else may be working by now.</summary>
    public async Task EnsureHeldAsync(CancellationToken cancellationToken)
    {
        await using var ping = new NpgsqlCommand("select 1", _connection);
        await ping.ExecuteScalarAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            // a pooled connection keeps its session, and the session its locks
            await AskAsync(_connection, $"select pg_advisory_unlock({Key})", _repository, CancellationToken.None);
        }
        catch (NpgsqlException)
        {
            // the connection is gone, and the lock with it
        }
        finally
        {
            await _connection.DisposeAsync();
        }
    }

    private static async Task<bool> AskAsync(NpgsqlConnection connection, string sql, string repository, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { Parameters = { new NpgsqlParameter { Value = repository } } };
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }
}
