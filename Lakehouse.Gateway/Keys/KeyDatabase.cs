using Npgsql;

namespace Lakehouse.Gateway.Keys;

/// <summary>Where keys and limits are kept. Whatever fails there is told as one thing: they cannot be read or changed now.</summary>
internal sealed class KeyDatabase(NpgsqlDataSource postgres)
{
    /// <exception cref="KeysUnavailableException">Postgres does not answer, or has no tables yet.</exception>
    public async Task<T> RunAsync<T>(Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await postgres.OpenConnectionAsync(cancellationToken);
            return await work(connection);
        }
        catch (Exception problem) when (IsAway(problem))
        {
            throw new KeysUnavailableException(problem);
        }
    }

    // a gateway that started without Postgres makes the tables as soon as it is there; 08… and 57… are lost connections and shutdowns
    private static bool IsAway(Exception problem) => problem switch
    {
        PostgresException { SqlState: PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName } => true,
        PostgresException refused => refused.IsTransient || refused.SqlState.StartsWith("08", StringComparison.Ordinal) || refused.SqlState.StartsWith("57", StringComparison.Ordinal),
        _ => problem is NpgsqlException or TimeoutException,
    };
}

/// <summary>Keys and limits can be neither read nor changed.</summary>
internal sealed class KeysUnavailableException(Exception? inner = null) : Exception("Keys and limits are kept in Postgres, which does not answer.", inner);
