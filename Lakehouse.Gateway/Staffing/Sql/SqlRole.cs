using Dapper;
using Npgsql;

namespace Lakehouse.Gateway.Staffing.Sql;

/// <summary>
/// The role by which the SQL tool logs in. A role of its own on a connection of its own, because whatever a statement does to its session
/// (RESET ROLE, SET SESSION AUTHORIZATION, set_config), there is nothing to go back to: the session never was anybody else's.
/// It may read the schema staffing and owns nothing. One for each database: roles belong to the server, which may have many.
/// </summary>
internal static class SqlRole
{
    /// <returns>Who to log in as; makes the role and what it may do where it is not there.</returns>
    /// <exception cref="PostgresException">The gateway's own role may not make roles.</exception>
    public static async Task<(string Role, string Password)> EnsureAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        // two gateways may come here at once
        await connection.ExecuteAsync(new CommandDefinition("select pg_advisory_xact_lock(hashtext('lakehouse.sql_reader'))", cancellationToken: cancellationToken));
        var name = await NameAsync(connection, cancellationToken);
        var password = await connection.ExecuteScalarAsync<string?>(new CommandDefinition(
            "select password from gateway.sql_reader r join pg_roles on rolname = r.role where r.role = @name", new { name }, cancellationToken: cancellationToken));
        if (password is null)
        {
            password = Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32));
            await connection.ExecuteAsync(new CommandDefinition($"""
                do $$ begin if not exists (select from pg_roles where rolname = '{name}') then create role {name}; end if; end $$;
                alter role {name} with login noinherit nosuperuser nocreatedb nocreaterole noreplication nobypassrls connection limit 20 password '{password}';
                insert into gateway.sql_reader (role, password) values ('{name}', '{password}') on conflict (role) do update set password = excluded.password;
                """, cancellationToken: cancellationToken));
        }

        await GrantAsync(connection, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return (name, password);
    }

    /// <summary>After tables were made: the role, where there is one, may read them.</summary>
    public static async Task GrantAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var name = await NameAsync(connection, cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition($"""
            do $$ begin
                if exists (select from pg_roles where rolname = '{name}') then
                    grant usage on schema staffing to {name};
                    grant select on all tables in schema staffing to {name};
                end if;
            end $$
            """, cancellationToken: cancellationToken));
    }

    private static async Task<string> NameAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        (await connection.ExecuteScalarAsync<string>(new CommandDefinition("select 'lakehouse_ro_' || oid from pg_database where datname = current_database()", cancellationToken: cancellationToken)))!;
}
