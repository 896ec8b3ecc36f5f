using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Dapper;
using Lakehouse.Gateway.Tests.Knowledge.Playbooks;
using Npgsql;

namespace Lakehouse.Gateway.Tests.Knowledge.RandomLives;

/// <summary>What all writers were told of playbooks, to be held against the tables.</summary>
internal sealed class PlaybookRecord
{
    public int Cut;

    private readonly ConcurrentDictionary<(string Id, string Decision), int> _acknowledged = new();

    /// <summary>The latest id that anybody was told, by operation.</summary>
    public ConcurrentDictionary<string, string> Shared { get; } = new();

    public ConcurrentBag<Dictionary<string, Life>> Models { get; } = [];

    /// <returns>The id.</returns>
    public string Keep(JsonNode told)
    {
        var (id, decision) = (PlaybookCalls.Id(told), told["decision"]!.ToString());
        if (decision != "NOOP")
        {
            _acknowledged.AddOrUpdate((id, decision), 1, (_, times) => times + 1);
        }

        return id;
    }

    public async Task AgreesAsync(NpgsqlConnection connection)
    {
        // nothing that was acknowledged is without its event, and nothing else is there but what was cut off
        var events = (await connection.QueryAsync<(string Id, string Decision, long Times)>("select playbook_id, decision, count(*) from gateway.playbook_events group by 1, 2")).ToDictionary(row => (row.Id, row.Decision), row => row.Times);
        Assert.All(_acknowledged, told => Assert.InRange(events.GetValueOrDefault(told.Key), told.Value, told.Value + Cut));
        Assert.InRange(events.Values.Sum(), _acknowledged.Values.Sum(), _acknowledged.Values.Sum() + Cut);
        Assert.All(["ADD", "UPDATE", "REVISE", "RETIRE"], decision => Assert.Contains(_acknowledged.Keys, told => told.Decision == decision));

        var rows = (await connection.QueryAsync<Row>("""
            select playbook_id id, root_id root, version, superseded_by next, superseded_by is null and retired_at is null live, array_to_string(endorsed_names, ',') names, approach, lower(operation) operation, day::text from gateway.playbooks order by root_id, version
            """)).AsList();
        Assert.All(rows.Where(row => row.Live).GroupBy(row => (row.Operation, row.Day)), key => Assert.Single(key));
        foreach (var (operation, life) in Models.SelectMany(model => model))
        {
            // without a day it never was
            var live = life.Day is null ? null : rows.SingleOrDefault(row => row.Live && string.Equals(row.Operation, operation, StringComparison.OrdinalIgnoreCase) && row.Day == life.Day);
            Assert.Equal((life.Text, life.Text is null ? null : string.Join(',', life.Names)), (live?.Approach, live?.Names));
        }

        // versions are numbered under their root, each names the next: no circle, no fork, no lost history
        foreach (var chain in rows.GroupBy(row => row.Root).Select(chain => chain.ToList()))
        {
            Assert.Equal(chain[0].Root, chain[0].Id);
            Assert.Equal(Enumerable.Range(1, chain.Count), chain.Select(version => version.Version));
            Assert.Equal([.. chain.Skip(1).Select(version => version.Id), null], chain.Select(version => version.Next));
        }
    }

    private sealed record Row(string Id, string Root, int Version, string? Next, bool Live, string Names, string? Approach, string Operation, string Day);
}
