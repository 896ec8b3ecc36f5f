using System.Collections.Concurrent;
using Dapper;
using Npgsql;

namespace Lakehouse.Gateway.Tests.Knowledge.RandomLives;

/// <summary>What all writers were told of memories, to be held against the tables.</summary>
internal sealed class MemoryRecord
{
    public int Cut;

    /// <summary>Text by id.</summary>
    public ConcurrentDictionary<string, string> Acknowledged { get; } = new();

    public ConcurrentBag<Dictionary<string, Life>> Models { get; } = [];

    public async Task AgreesAsync(NpgsqlConnection connection)
    {
        var rows = (await connection.QueryAsync<Row>("select memory_id id, key, kind, text, valid_to is null live, superseded_by next from gateway.memories")).ToDictionary(row => row.Id);
        // nothing that was acknowledged is lost, and nothing else is there but what was cut off
        Assert.All(Acknowledged, one => Assert.Equal(one.Value, rows[one.Key].Text));
        Assert.InRange(rows.Count, Acknowledged.Count, Acknowledged.Count + Cut);
        var live = rows.Values.Where(row => row.Live).ToList();
        Assert.All(live.GroupBy(row => (row.Key, row.Kind)), key => Assert.Single(key));
        Assert.All(Models.SelectMany(model => model), one => Assert.Equal(one.Value.Text, live.SingleOrDefault(row => row.Key == one.Key)?.Text));
        // every row is reached from a root exactly once: no circle, no fork, no lost history
        var roots = rows.Keys.Except(rows.Values.Select(row => row.Next).OfType<string>());
        Assert.Equal(rows.Keys.Order(), roots.SelectMany(root => Chain(rows, root)).Order());
    }

    private static IEnumerable<string> Chain(Dictionary<string, Row> rows, string root)
    {
        for (var at = root; at is not null; at = rows[at].Next)
        {
            yield return at;
        }
    }

    private sealed record Row(string Id, string? Key, string Kind, string Text, bool Live, string? Next);
}
