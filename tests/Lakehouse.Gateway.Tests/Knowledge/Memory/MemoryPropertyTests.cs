using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Dapper;
using Lakehouse.Testing;
using Npgsql;

namespace Lakehouse.Gateway.Tests.Knowledge.Memory;

/// <summary>Random lives of a memory, written by sixteen at once through two gateways, of which one is killed half way.</summary>
public sealed class MemoryPropertyTests(TestPostgres postgres)
{
    private const int Writers = 16;
    private const int Steps = 200;
    private const int Keys = 4;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sixteen_writers_and_a_kill_leave_one_live_row_a_key_and_every_version()
    {
        await using var redis = await TestRedis.StartAsync(RedisKind.Garnet, Cancelled);
        var database = await postgres.CreateGatewayDatabaseAsync(Cancelled);
        await using var doomed = await GatewayProcess.StartAsync(database, redis.ConnectionString, "http://127.0.0.1:1");
        await using var other = await GatewayProcess.StartAsync(database, redis.ConnectionString, "http://127.0.0.1:1");
        var (done, acknowledged, cut) = (0, new ConcurrentDictionary<string, string>(), 0);

        var models = await Task.WhenAll(Enumerable.Range(0, Writers).Select(WriteAsync));

        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync(Cancelled);
        var rows = (await connection.QueryAsync<(string Id, string? Key, string Kind, string Text, bool Live, string? Next)>("select memory_id, key, kind, text, valid_to is null, superseded_by from gateway.memories")).ToDictionary(row => row.Id);
        Assert.True(doomed.Process.HasExited);
        // nothing that was acknowledged is lost, and nothing else is there but what was cut off
        Assert.All(acknowledged, one => Assert.Equal(one.Value, rows[one.Key].Text));
        Assert.InRange(rows.Count, acknowledged.Count, acknowledged.Count + cut);
        Assert.All(rows.Values.Where(row => row.Live).GroupBy(row => (row.Key, row.Kind)), live => Assert.Single(live));
        Assert.All(models.SelectMany(model => model), one => Assert.Equal(one.Value.Live, rows.Values.SingleOrDefault(row => row.Live && row.Key == one.Key).Text));
        // every row is reached from a root exactly once: no circle, no fork, no lost history
        var roots = rows.Keys.Except(rows.Values.Select(row => row.Next).OfType<string>()).ToList();
        var reached = roots.SelectMany(root => Chain(rows[root])).ToList();
        Assert.Equal(rows.Keys.Order(), reached.Order());

        IEnumerable<string> Chain((string Id, string? Key, string Kind, string Text, bool Live, string? Next) row)
        {
            for (var at = row; ; at = rows[at.Next])
            {
                yield return at.Id;
                if (at.Next is null)
                {
                    yield break;
                }
            }
        }

        async Task<Dictionary<string, Life>> WriteAsync(int writer)
        {
            var random = new Random(writer);
            var own = Enumerable.Range(0, Keys).ToDictionary(key => $"own-{writer}-{key}", _ => new Life());
            for (var step = 0; step < Steps; step++)
            {
                if (Interlocked.Increment(ref done) == Writers * Steps / 2)
                {
                    await doomed.Process.KillAsync();
                }

                var client = writer % 2 == 0 && !doomed.Process.HasExited ? doomed.Client : other.Client;
                var text = $"writer {writer} says {step}";
                try
                {
                    if (random.Next(4) == 0)
                    {
                        // everybody's key: who comes last is not known, but that somebody does
                        var decision = await client.ProposeAsync(text, $"all-{random.Next(3)}");
                        Assert.True(decision.Decision() is "ADD" or "UPDATE", decision.ToJsonString());
                        acknowledged[decision.Id()] = text;
                    }
                    else
                    {
                        var key = $"own-{writer}-{random.Next(Keys)}";
                        await StepAsync(client, random, key, own[key], text);
                    }
                }
                catch (HttpRequestException) when (client == doomed.Client)
                {
                    Interlocked.Increment(ref cut);
                    foreach (var (key, life) in own)
                    {
                        await LookAsync(key, life);
                    }
                }
            }

            return own;
        }

        async Task StepAsync(HttpClient client, Random random, string key, Life life, string text)
        {
            switch (random.Next(6))
            {
                case 0 when life.Live is not null:
                    Assert.Equal(("NOOP", life.Chain[^1]), Told(await client.ProposeAsync($" {life.Live.ToUpperInvariant()}. ", key)));
                    break;
                case 1 when life.Live is not null:
                    var revised = await client.PostedAsync($"/{life.Chain[^1]}/revise", new() { ["text"] = text });
                    Assert.Equal("UPDATE", revised.Decision());
                    Keep(revised, life, text);
                    break;
                case 2 when life.Chain.Count > 1:
                    using (var late = await client.MemoryAsync(HttpMethod.Post, $"/{life.Chain[0]}/revise", new JsonObject { ["text"] = text }.ToJsonString()))
                    {
                        Assert.Equal(HttpStatusCode.Conflict, late.StatusCode);
                        Assert.Contains(life.Chain[^1], (await late.JsonAsync())["error"]!["message"]!.ToString(), StringComparison.Ordinal);
                    }

                    break;
                case 3 when life.Live is not null && random.Next(3) == 0:
                    await client.PostedAsync($"/{life.Chain[^1]}/retire", new() { ["reason"] = "at random" });
                    life.Live = null;
                    break;
                case 4 when life.Chain.Count > 0:
                    var view = await client.GetJsonAsync($"/v1/memory/{life.Chain[random.Next(life.Chain.Count)]}");
                    Assert.Equal(life.Chain, view["history"]!.AsArray().Select(version => version!["id"]!.ToString()));
                    break;
                default:
                    var proposed = await client.ProposeAsync(text, key);
                    Assert.Equal(life.Live is null ? "ADD" : "UPDATE", proposed.Decision());
                    if (life.Live is null)
                    {
                        life.Chain.Clear();
                    }

                    Keep(proposed, life, text);
                    break;
            }
        }

        void Keep(JsonNode decision, Life life, string text)
        {
            life.Chain.Add(decision.Id());
            life.Live = text;
            acknowledged[decision.Id()] = text;
        }

        // what was cut off took place or it did not
        async Task LookAsync(string key, Life life)
        {
            var live = (await other.Client.GetJsonAsync($"/v1/memory?key={key}"))["data"]!.AsArray().SingleOrDefault();
            life.Live = live?["text"]!.ToString();
            life.Chain = live is null ? [] : [.. (await other.Client.GetJsonAsync($"/v1/memory/{live["id"]}"))["history"]!.AsArray().Select(version => version!["id"]!.ToString())];
        }
    }

    private static (string, string) Told(JsonNode decision) => (decision.Decision(), decision.Id());

    private sealed class Life
    {
        public string? Live { get; set; }

        /// <summary>Ids from the root to the tip.</summary>
        public List<string> Chain { get; set; } = [];
    }
}
