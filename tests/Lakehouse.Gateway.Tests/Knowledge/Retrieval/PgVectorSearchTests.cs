using Dapper;
using Lakehouse.Gateway.Tests.Knowledge.Memory;
using Lakehouse.Gateway.Tests.Security;
using Lakehouse.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Lakehouse.Gateway.Tests.Knowledge.Retrieval;

/// <summary>The gateway on a server with pgvector, and on one without.</summary>
public sealed class PgVectorSearchTests(TestPostgres postgres, PgVectorServer server) : IClassFixture<PgVectorServer>
{
    private const string Meant = "Remuneration happens every seven days.";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true, "created", "The database compares the vectors of memories: it has pgvector.")]
    [InlineData(false, "not_available", "two hundred a question: the database has no pgvector (the server has it not).")]
    public async Task Memory_behind_two_hundred_newer_ones_is_found_where_the_database_compares(bool has, string state, string said)
    {
        var logs = new CapturedLogs();
        await using var vendor = await VectorTests.EmbedderAsync();
        await using var gateway = await GatewayApp.StartAsync(postgres, vendor.Url, settings: Settings(has ? server.ConnectionString : await postgres.CreateGatewayDatabaseAsync(Cancelled)));
        await using var watched = gateway.WithWebHostBuilder(host => host.ConfigureTestServices(services => services.AddLogging(logging => logging.AddProvider(logs).AddFilter<CapturedLogs>(null, LogLevel.Information))));
        using var bot = watched.CreateClient();
        bot.DefaultRequestHeaders.Authorization = new("Bearer", GatewayApp.BotKey);
        // the first call of all reads the ledger: on a server of one session not while the one that makes vectors is in a transaction
        using var first = await bot.PostAsync("/v1/embeddings", new StringContent($$"""{"model":"{{VectorRows.Model}}","input":"first"}"""), Cancelled);
        Assert.True(first.IsSuccessStatusCode);
        await bot.ProposeAsync(Meant, "meant");
        await VectorTests.EmbeddedAsync(gateway.Database, 1);
        await using (var data = NpgsqlDataSource.Create(gateway.Database))
        {
            for (var number = 0; number < 250; number++)
            {
                await data.AddAsync("bot", $"mem_newer_{number:d3}", [0, 1, 0, 0]);
            }
        }

        var found = await RetrievalTests.ContextAsync(bot, new() { ["query"] = "How often do they pay wages?" });

        Assert.Equal(has ? [Meant] : [], found.Select(item => item!["text"]!.ToString()));
        Assert.Equal(state, (await bot.GetJsonAsync("/v1/memory/audit"))["pgvector"]!.ToString());
        Assert.Contains(logs.Lines, line => line.Contains(said, StringComparison.Ordinal));
        Assert.DoesNotContain(logs.Lines, line => line.Contains("pgvector refused", StringComparison.Ordinal));
    }

    private static Dictionary<string, string?> Settings(string database) => new()
    {
        ["ConnectionStrings:lakehouse"] = database, ["Retrieval:EmbeddingModel"] = VectorRows.Model, ["Retrieval:EmbedInterval"] = "00:00:00.100",
    };
}
