using System.Globalization;
using Lakehouse.Testing;
using Npgsql;

namespace Lakehouse.Gateway.Tests.Knowledge.RandomLives;

/// <summary>
/// Random lives of memories and playbooks, written by sixteen at once through two gateways, of which one is killed half way.
/// <c>LAKEHOUSE_RANDOM_OPERATIONS</c> makes them fewer, for who has less time, or more.
/// </summary>
public sealed class KnowledgePropertyTests(TestPostgres postgres)
{
    private const string Variable = "LAKEHOUSE_RANDOM_OPERATIONS";
    private const string OfSuite = "10000";
    private const int Writers = 16;
    private const string Doomed = "doomed";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sixteen_writers_and_a_kill_leave_one_live_row_a_key_and_every_version()
    {
        var steps = int.Parse(Environment.GetEnvironmentVariable(Variable) ?? OfSuite, CultureInfo.InvariantCulture) / Writers;
        await using var redis = await TestRedis.StartAsync(RedisKind.Garnet, Cancelled);
        var database = await postgres.CreateGatewayDatabaseAsync(Cancelled);
        await using var doomed = await GatewayProcess.StartAsync($"{database};Application Name={Doomed}", redis.ConnectionString, "http://127.0.0.1:1");
        await using var other = await GatewayProcess.StartAsync(database, redis.ConnectionString, "http://127.0.0.1:1");
        var (done, memories, playbooks) = (0, new MemoryRecord(), new PlaybookRecord());

        await Task.WhenAll(Enumerable.Range(0, Writers).Select(WriteAsync));

        Assert.True(doomed.Process.HasExited);
        await using var connection = new NpgsqlConnection(database);
        await memories.AgreesAsync(connection);
        await playbooks.AgreesAsync(connection);

        async Task WriteAsync(int writer)
        {
            var random = new Random(writer);
            ILives[] kinds = [new MemoryLives(writer, random, memories), new PlaybookLives(writer, random, playbooks)];
            for (var step = 0; step < steps; step++)
            {
                if (Interlocked.Increment(ref done) == Writers * steps / 2)
                {
                    await doomed.Process.KillAsync();
                }

                var client = writer % 2 == 0 && !doomed.Process.HasExited ? doomed.Client : other.Client;
                var lives = kinds[random.Next(kinds.Length)];
                try
                {
                    await lives.StepAsync(client, step);
                }
                catch (HttpRequestException) when (client == doomed.Client)
                {
                    // what it had begun ends in Postgres, one way or the other
                    await Eventually.TrueAsync(async () => await CountAsync(database) == 0, Cancelled);
                    await lives.CutAsync(other.Client);
                }
            }
        }
    }

    private static async Task<long> CountAsync(string database)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync(Cancelled);
        await using var count = new NpgsqlCommand($"select count(*) from pg_stat_activity where datname = current_database() and application_name = '{Doomed}'", connection);
        return (long)(await count.ExecuteScalarAsync(Cancelled))!;
    }
}
