using System.Reflection;
using DbUp;
using DbUp.Engine;
using Npgsql;

namespace Lakehouse.ServiceDefaults;

/// <summary>
/// Brings a service's own schema up to date from its embedded <c>Migrations/NNNN_name.sql</c> files, one transaction a file.
/// Several processes may call this at once: an advisory lock lets one work while the others wait.
/// </summary>
public static class Migrations
{
    public static async Task ApplyAsync(string connectionString, string schema, Assembly scripts, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        await ExecuteAsync(connection, $"select pg_advisory_lock(hashtext('lakehouse.migrations.{schema}'))", cancellationToken);
        try
        {
            await ExecuteAsync(connection, $"create schema if not exists {schema}", cancellationToken);
            Upgrade(connectionString, schema, scripts);
        }
        finally
        {
            await ExecuteAsync(connection, $"select pg_advisory_unlock(hashtext('lakehouse.migrations.{schema}'))", CancellationToken.None);
        }
    }

    private static void Upgrade(string connectionString, string schema, Assembly scripts)
    {
        DatabaseUpgradeResult result = DeployChanges.To
            .PostgresqlDatabase(connectionString, schema)
            .JournalToPostgresqlTable(schema, "schema_versions")
            .WithScriptsEmbeddedInAssembly(scripts, name => name.Contains(".Migrations.", StringComparison.Ordinal))
            .WithTransactionPerScript()
            .LogToNowhere()
            .Build()
            .PerformUpgrade();
        if (!result.Successful)
        {
            throw new InvalidOperationException($"Migration {result.ErrorScript?.Name} of schema {schema} failed: {result.Error.Message}", result.Error);
        }
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
