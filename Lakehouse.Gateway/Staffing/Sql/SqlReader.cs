using System.Data;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;
using Npgsql;

namespace Lakehouse.Gateway.Staffing.Sql;

/// <summary>
/// Runs one query by <see cref="SqlRole"/>, each on a connection of its own that is closed after it: no lock, setting or temporary thing of
/// a statement lasts. A cursor takes one query and nothing else, and lets the server stop where enough rows are read; the transaction is
/// read-only and always rolled back. What holds is the role; the rest is for clear answers and for what a role cannot limit.
/// </summary>
internal sealed class SqlReader(NpgsqlDataSource postgres, IConfiguration configuration) : IDisposable
{
    public const int MostRows = 500;
    public const int MostBytes = 256 << 10;
    public const string LimitSetting = "Staffing:SqlTimeout";
    private const string Cursor = "declare c no scroll cursor for ";
    private readonly SemaphoreSlim _places = new(4);
    private readonly TimeSpan _limit = configuration.GetValue(LimitSetting, TimeSpan.FromSeconds(10));
    private NpgsqlDataSource? _login;

    /// <exception cref="ApiError">400: no query, with what Postgres says; 403: the role may not; 504: it took too long; 503: there is no role.</exception>
    public async Task<SqlRows> ReadAsync(string sql, int limit, CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken);
        try
        {
            await using var connection = await OpenAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            return await RunAsync(connection, sql.Trim().TrimEnd(';'), limit, cancellationToken);
        }
        catch (PostgresException problem)
        {
            throw Told(problem);
        }
        finally
        {
            _places.Release();
        }
    }

    public void Dispose()
    {
        _places.Dispose();
        _login?.Dispose();
    }

    private static async Task<SqlRows> RunAsync(NpgsqlConnection connection, string sql, int limit, CancellationToken cancellationToken)
    {
        await using (var setup = new NpgsqlCommand("set transaction read only", connection))
        {
            await setup.ExecuteNonQueryAsync(cancellationToken);
        }

        // what is in a batch goes to the server as it is, which takes one statement; a command would be split at each semicolon
        await using (var declare = new NpgsqlBatch(connection) { BatchCommands = { new(Cursor + sql) } })
        {
            await declare.ExecuteNonQueryAsync(cancellationToken);
        }

        // as text: whatever type a column has, it can be shown
        await using var fetch = new NpgsqlCommand($"fetch {limit + 1} from c", connection) { AllResultTypesAreUnknown = true };
        await using var reader = await fetch.ExecuteReaderAsync(CommandBehavior.SequentialAccess, cancellationToken);
        var columns = Enumerable.Range(0, reader.FieldCount).Select(reader.GetName).ToArray();
        var (rows, budget) = (new JsonArray(), MostBytes);
        while (await reader.ReadAsync(cancellationToken))
        {
            if (rows.Count == limit)
            {
                return new(columns, rows, true);
            }

            if (await SqlRows.RowAsync(reader, budget, cancellationToken) is not { } row)
            {
                // a closed reader would read what is left
                fetch.Cancel();
                return new(columns, rows, true);
            }

            budget -= row.Bytes;
            rows.Add(row.Values);
        }

        return new(columns, rows, false);
    }

    private async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var login = _login ??= await LoginAsync(cancellationToken);
        try
        {
            return await login.OpenConnectionAsync(cancellationToken);
        }
        catch (PostgresException)
        {
            // the role was dropped or has another password: it is looked up again next time. Others may be on their way through this one, which holds nothing open
            _login = null;
            throw;
        }
    }

    private async Task<NpgsqlDataSource> LoginAsync(CancellationToken cancellationToken)
    {
        await using var connection = await postgres.OpenConnectionAsync(cancellationToken);
        try
        {
            var (role, password) = await SqlRole.EnsureAsync(connection, cancellationToken);
            return Untraced(new NpgsqlConnectionStringBuilder(configuration.GetConnectionString("lakehouse")!)
            {
                Username = role, Password = password, Pooling = false, Timeout = 5, CommandTimeout = (int)_limit.TotalSeconds + 2, Enlist = false,
                Options = $"-c statement_timeout={_limit.TotalMilliseconds:0} -c idle_in_transaction_session_timeout=60000 -c search_path=staffing -c max_parallel_workers_per_gather=0",
            }.ConnectionString);
        }
        catch (PostgresException problem) when (problem.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new ApiError(503, "database_unavailable", $"The SQL tool is off: the gateway's role in Postgres may not make the read-only role that it needs ({problem.MessageText}). Give it CREATEROLE.");
        }
    }

    // a query that somebody wrote names persons, and so does what Postgres says of it; the tool's own span says how it went
    private static NpgsqlDataSource Untraced(string connectionString) => new NpgsqlDataSourceBuilder(connectionString)
        .ConfigureTracing(traces => traces.ConfigureCommandFilter(_ => false).ConfigureBatchFilter(_ => false)).Build();

    private ApiError Told(PostgresException problem) => problem.SqlState switch
    {
        PostgresErrorCodes.InsufficientPrivilege => new(403, "sql_denied", $"Postgres refuses: {problem.MessageText}. The tool reads the schema staffing and nothing else.", "arguments.sql"),
        PostgresErrorCodes.QueryCanceled => new(504, "tool_timeout", $"The query took longer than {_limit.TotalSeconds:0.#} seconds; ask for less, or narrow it by role, city or state.", "arguments.sql"),
        _ => ApiError.BadInput("arguments.sql", $"Postgres refuses: {problem.MessageText}{Place(problem)} ({problem.SqlState}). Accepted is one query (SELECT, WITH, VALUES or TABLE)."),
    };

    private static string Place(PostgresException problem) => problem.Position > Cursor.Length ? $" at character {problem.Position - Cursor.Length}" : "";
}
