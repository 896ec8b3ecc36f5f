using Dapper;
using Lakehouse.Gateway.Knowledge.Memory;
using Microsoft.Extensions.Caching.Memory;
using Npgsql;

namespace Lakehouse.Gateway.Knowledge.Retrieval;

/// <summary>The names that the memories of a scope name, ready to be looked up. Names only come, so they are read again when there are more rows with any.</summary>
internal sealed class ScopeNames : IDisposable
{
    /// <summary>Distinct names of one scope. Where there are more nothing is masked, and so nothing is shown.</summary>
    public const int Most = 100_000;

    /// <summary>Names and their parts that are kept, of all scopes together.</summary>
    private const int MostKept = 1_000_000;

    private const string Named = $"gateway.memories where {MemoryScope.Condition} and names <> '{{}}'";

    private readonly MemoryCache _kept = new(new MemoryCacheOptions { SizeLimit = MostKept });

    /// <returns>Null = there are too many.</returns>
    public async Task<PersonNames?> OfAsync(NpgsqlConnection connection, MemoryScope scope, CancellationToken cancellationToken)
    {
        var values = new { scope.Exact, scope.Shared };
        var key = string.Join('\n', [scope.Exact, .. scope.Shared]);
        // counted before they are read: what comes between is read again, and never missed
        var rows = await connection.ExecuteScalarAsync<long>(new CommandDefinition($"select count(*) from {Named}", values, cancellationToken: cancellationToken));
        if (_kept.TryGetValue(key, out (long Rows, PersonNames? Names) kept) && kept.Rows == rows)
        {
            return kept.Names;
        }

        var read = rows == 0 ? [] : (await connection.QueryAsync<string>(new CommandDefinition(
            $"select distinct name from (select unnest(names) as name from {Named}) named limit {Most + 1}", values, cancellationToken: cancellationToken))).AsList();
        var names = read.Count > Most ? null : new PersonNames(read);
        using var entry = _kept.CreateEntry(key);
        entry.Size = 1 + (names?.Count ?? 0);
        entry.Value = (rows, names);
        return names;
    }

    public void Dispose() => _kept.Dispose();
}
