using Dapper;
using Npgsql;

namespace Lakehouse.Gateway.Knowledge.Retrieval;

/// <summary>The extension <c>vector</c> of Postgres. Whether it is there is asked each time: a database's owner may create it, or drop it, at any moment.</summary>
internal static class PgVector
{
    /// <summary>For SQL: the schema that it is in, as SQL writes it; null = the database has it not.</summary>
    public const string Home = "(select quote_ident(nspname) from pg_extension join pg_namespace on pg_namespace.oid = extnamespace where extname = 'vector')";

    /// <summary>For SQL: created, not_created, or not_available on this server.</summary>
    public const string State = """
        case when exists (select from pg_extension where extname = 'vector') then 'created'
            when exists (select from pg_available_extensions where name = 'vector') then 'not_created' else 'not_available' end
        """;

    /// <returns>Why the database has it not; null = it has.</returns>
    public static async Task<string?> CreateAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            switch (await connection.ExecuteScalarAsync<string>(new CommandDefinition($"select {State}", cancellationToken: cancellationToken)))
            {
                case "created":
                    return null;
                case "not_available":
                    return "the server has it not";
            }

            // gateways that start together: the second would fail on what the first has made
            await connection.ExecuteAsync(new CommandDefinition(
                "select pg_advisory_xact_lock(hashtextextended('lakehouse.memory.pgvector', 0)); create extension if not exists vector with schema public", cancellationToken: cancellationToken));
            return null;
        }
        catch (PostgresException problem) when (!problem.IsTransient)
        {
            return problem.MessageText;
        }
    }
}
