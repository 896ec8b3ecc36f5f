using System.Collections.Concurrent;
using Dapper;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Keys;
using Lakehouse.Gateway.Knowledge.Playbooks;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using static Lakehouse.Gateway.Tests.Knowledge.Playbooks.PlaybookCalls;

namespace Lakehouse.Gateway.Tests.Knowledge.Playbooks;

/// <summary>
/// Sixteen writers do thousands of random things to a few keys. Every change that was acknowledged, replayed in the order of its
/// events by a model that knows nothing of databases, gives what each caller was told and what the database then has.
/// </summary>
public sealed class PlaybookPropertyTests(PlaybookHouse house) : IClassFixture<PlaybookHouse>
{
    private const int Writers = 16;
    private const int Each = 220;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sixteen_writers_leave_one_live_row_a_key_the_whole_history_and_no_circle()
    {
        var towns = Enumerable.Range(0, 5).Select(_ => house.Town()).ToList();
        var (asked, known) = (new ConcurrentDictionary<string, Asked>(), new ConcurrentBag<string>());
        var refusals = new ConcurrentBag<string>();
        var (writer, grading) = (house.Gateway.Services.GetRequiredService<PlaybookWriter>(), house.Gateway.Services.GetRequiredService<PlaybookGrading>());

        await Task.WhenAll(Enumerable.Range(0, Writers).Select(number => Task.Run(() => WriteAsync(number), Cancelled)));

        var model = await ReplayAsync(asked);
        await AgreesAsync(model);
        // the run met what it is about
        Assert.All(["ADD", "UPDATE", "NOOP", "REVISE", "RETIRE"], decision => Assert.Contains(asked.Values, one => one.Told?.Decision == decision));
        Assert.Contains("playbook_superseded", refusals);
        Assert.True(asked.Count + refusals.Count >= Writers * Each * 9 / 10, $"{asked.Count} and {refusals.Count}");

        async Task WriteAsync(int number)
        {
            var random = new Random(number);
            for (var at = 0; at < Each; at++)
            {
                var actor = $"w{number}-{at}";
                var someone = known.IsEmpty ? null : known.ElementAt(random.Next(Math.Min(known.Count, 40)));
                try
                {
                    switch (random.Next(100))
                    {
                        case < 55:
                        case var _ when someone is null:
                            await TellAsync(actor, Random(random, towns));
                            break;
                        case < 75:
                            var names = Names(random);
                            var revision = PlaybookRevision.Parse(new() { ["reason"] = "x", ["endorsed_names"] = new System.Text.Json.Nodes.JsonArray([.. names.Select(name => System.Text.Json.Nodes.JsonValue.Create(name))]) }, TimeProvider.System.GetUtcNow());
                            await ToldAsync(actor, new(names), writer.ReviseAsync(someone, revision, Operator(actor), Cancelled));
                            break;
                        case < 90:
                            await ToldAsync(actor, new((IReadOnlyList<string>?)null), writer.RetireAsync(someone, "x", Operator(actor), Cancelled));
                            break;
                        case < 98:
                            await grading.MarkAsync(new(actor, "tests", random.Next(2) == 0, null, null), [someone], Operator(actor), Cancelled);
                            break;
                        default:
                            asked[actor] = new((IReadOnlyList<string>?)null);
                            await writer.RetireDriftedAsync($"f{random.Next(3)}", actor, Cancelled);
                            break;
                    }
                }
                catch (ApiError refused)
                {
                    asked.TryRemove(actor, out _);
                    refusals.Add(refused.Code);
                }
            }
        }

        async Task TellAsync(string actor, PlaybookSeed seed) => await ToldAsync(actor, new(seed.EndorsedNames), writer.SeedAsync(seed, Operator(actor), Cancelled));

        async Task ToldAsync(string actor, Asked what, Task<PlaybookDecision> telling)
        {
            var told = await telling;
            asked[actor] = what with { Told = told };
            known.Add(told.Playbook.Id);
        }
    }

    private static Caller Operator(string actor) => new(actor, null, KeyScopes.Operator);

    private static PlaybookSeed Random(Random random, List<string> towns)
    {
        var body = Seed(Fill(towns[random.Next(towns.Count)]), Names(random));
        return PlaybookSeed.Parse(random.Next(2) == 0 ? body : body.With("schema_fingerprint", $"f{random.Next(3)}"), TimeProvider.System.GetUtcNow());
    }

    private static string[] Names(Random random) => [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => $"W-{random.Next(12)}").Distinct()];

    /// <summary>What there is, by id, when all events happened one after another.</summary>
    private async Task<Dictionary<string, Row>> ReplayAsync(ConcurrentDictionary<string, Asked> asked)
    {
        await using var connection = new NpgsqlConnection(house.Database);
        var events = (await connection.QueryAsync<(string Id, string Root, string Operation, string Actor, string Decision)>("""
            select playbook_id, root_id, lower(operation) || day, actor, decision from gateway.playbook_events join gateway.playbooks using (playbook_id) order by event_id
            """)).AsList();
        var (rows, live, met) = (new Dictionary<string, Row>(), new Dictionary<string, string>(), new HashSet<string>());
        foreach (var (id, root, operation, actor, decision) in events)
        {
            var (what, told) = (asked[actor], asked[actor].Told);
            met.Add(actor);
            switch (decision)
            {
                case "ADD":
                    Assert.False(live.ContainsKey(operation), $"{id} was added although {operation} was live");
                    (live[operation], rows[id]) = (id, new(1, null, false, [.. what.Names!]));
                    break;
                case "UPDATE":
                    Assert.Equal(id, live[operation]);
                    rows[id] = rows[id] with { Names = [.. rows[id].Names.Union(what.Names!)] };
                    break;
                case "REVISE":
                    var before = live[operation];
                    rows[id] = new(rows[before].Version + 1, null, false, [.. what.Names!]);
                    rows[before] = rows[before] with { Next = id };
                    live[operation] = id;
                    break;
                case "RETIRE":
                    Assert.Equal(id, live[operation]);
                    live.Remove(operation);
                    rows[id] = rows[id] with { Retired = true };
                    break;
            }

            if (told is not null)
            {
                // what the caller was told is what the model then has
                Assert.Equal((id, decision, rows[id].Version, string.Join(',', rows[id].Names)), (told.Playbook.Id, told.Decision, told.Playbook.Version, string.Join(',', told.Playbook.EndorsedNames)));
            }
        }

        // nothing that was acknowledged is without its event
        Assert.All(asked.Where(one => one.Value.Told is { Decision: not "NOOP" }), one => Assert.Contains(one.Key, met));
        return rows;
    }

    private async Task AgreesAsync(Dictionary<string, Row> model)
    {
        await using var connection = new NpgsqlConnection(house.Database);
        var rows = (await connection.QueryAsync<(string Id, string Root, int Version, string? Next, bool Retired, string[] Names, string Operation)>("""
            select playbook_id, root_id, version, superseded_by, retired_at is not null, endorsed_names, lower(operation) || day from gateway.playbooks order by root_id, version
            """)).AsList();
        Assert.Equal(
            model.OrderBy(row => row.Key, StringComparer.Ordinal).Select(row => $"{row.Key} {row.Value.Version} {row.Value.Next} {row.Value.Retired} {string.Join(',', row.Value.Names)}"),
            rows.OrderBy(row => row.Id, StringComparer.Ordinal).Select(row => $"{row.Id} {row.Version} {row.Next} {row.Retired} {string.Join(',', row.Names)}"));
        Assert.All(rows.Where(row => row.Next is null && !row.Retired).GroupBy(row => row.Operation), key => Assert.Single(key));
        foreach (var chain in rows.GroupBy(row => row.Root))
        {
            var versions = chain.ToList();
            Assert.Equal(Enumerable.Range(1, versions.Count), versions.Select(version => version.Version));
            Assert.Equal([.. versions.Skip(1).Select(version => version.Id), null], versions.Select(version => version.Next));
        }
    }

    /// <param name="Names">That were given.</param>
    private sealed record Asked(IReadOnlyList<string>? Names)
    {
        public PlaybookDecision? Told { get; init; }
    }

    private sealed record Row(int Version, string? Next, bool Retired, IReadOnlyList<string> Names);
}
