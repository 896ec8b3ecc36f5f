using Lakehouse.Gateway.Usage;
using Npgsql;

namespace Lakehouse.Gateway.Sessions;

internal static class PostgresCalls
{
    /// <exception cref="LedgerUnavailableException">Postgres does not answer.</exception>
    public static async Task<T> UseAsync<T>(this NpgsqlDataSource postgres, Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await postgres.OpenConnectionAsync(cancellationToken);
            return await work(connection);
        }
        catch (Exception problem) when (problem is NpgsqlException { IsTransient: true } or TimeoutException)
        {
            throw new LedgerUnavailableException(problem);
        }
    }
}
