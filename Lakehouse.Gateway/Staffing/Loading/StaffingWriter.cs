using Lakehouse.Gateway.Errors;
using Npgsql;

namespace Lakehouse.Gateway.Staffing.Loading;

/// <summary>
/// The connection of whoever changes the data: one at a time over all gateways and command lines, in one transaction, so that whatever
/// ends it early leaves the data as it was.
/// </summary>
internal sealed class StaffingWriter : IAsyncDisposable
{
    public const string LockName = "lakehouse.staffing.write";
    private readonly NpgsqlTransaction _transaction;

    private StaffingWriter(NpgsqlConnection connection, NpgsqlTransaction transaction) => (Connection, _transaction) = (connection, transaction);

    public NpgsqlConnection Connection { get; }

    /// <exception cref="ApiError">409: somebody else changes it.</exception>
    public static async Task<StaffingWriter> OpenAsync(string connectionString, CancellationToken cancellationToken)
    {
        // no time limit: an index of a million rows takes as long as it takes; not pooled: the lock goes with the connection
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Timeout = 5, CommandTimeout = 0, Pooling = false, KeepAlive = 0 }.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            await using var take = new NpgsqlCommand($"select pg_try_advisory_lock(hashtext('{LockName}'))", connection);
            return await take.ExecuteScalarAsync(cancellationToken) is true
                ? new(connection, await connection.BeginTransactionAsync(cancellationToken))
                : throw new ApiError(409, "load_running", "The staffing data is being loaded or imported; GET /v1/staffing/datasets shows how far it is. Repeat the call when it is done.");
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public async Task<int> ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, Connection);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public Task CommitAsync(CancellationToken cancellationToken) => _transaction.CommitAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync();
        try
        {
            // the server frees it with the connection too, but some time after this side has closed it
            await ExecuteAsync($"select pg_advisory_unlock(hashtext('{LockName}'))", CancellationToken.None);
        }
        catch (NpgsqlException)
        {
            // the connection is broken already, and the lock gone with it
        }

        await Connection.DisposeAsync();
    }
}
