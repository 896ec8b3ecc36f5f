using Dapper;
using Lakehouse.Gateway.Knowledge.Retrieval;
using Lakehouse.Gateway.Tests.Security;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Lakehouse.Gateway.Tests.Knowledge.Retrieval;

/// <summary>The same questions to a database that compares vectors and to the gateway that does.</summary>
public sealed class PgVectorTests : IClassFixture<PgVectorServer>, IAsyncLifetime
{
    private const int Dimensions = 96;
    private readonly NpgsqlDataSource _postgres;
    private readonly CapturedLogs _logs = new();
    private readonly ILoggerFactory _logging;
    private readonly NearestVectors _nearest;

    public PgVectorTests(PgVectorServer server)
    {
        _postgres = NpgsqlDataSource.Create(server.ConnectionString);
        _logging = LoggerFactory.Create(logging => logging.AddProvider(_logs));
        _nearest = new(_postgres, _logging.CreateLogger<NearestVectors>());
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => Assert.Null(await CreateAsync());

    [Fact]
    public async Task Database_ranks_as_the_gateway_does()
    {
        var random = new Random(20);
        for (var number = 0; number < 150; number++)
        {
            await _postgres.AddAsync("ranked", $"ranked-{number:d3}", random.NextVector(Dimensions));
        }

        await _postgres.AddAsync("ranked", "ranked-zero", new float[Dimensions]);
        for (var time = 0; time < 10; time++)
        {
            var asked = random.NextVector(Dimensions);
            var byGateway = await FindAsync("ranked", asked, home: null);
            var byDatabase = await FindAsync("ranked", asked);

            Assert.Equal(151, byDatabase.Count);
            Assert.Equal(byGateway.Select(row => row.Id), byDatabase.Select(row => row.Id));
            Assert.All(byGateway.Zip(byDatabase), pair => Assert.Equal(pair.First.Similarity, pair.Second.Similarity, 1e-6));
            Assert.All(byGateway.Zip(byDatabase), pair => Assert.Equal(pair.First.Lexemes, pair.Second.Lexemes));
        }

        Assert.Empty(_logs.Lines);
    }

    [Fact]
    public async Task Best_of_many_is_found_however_old_it_is_and_candidates_are_compared_however_far()
    {
        var random = new Random(21);
        var asked = random.NextVector(Dimensions);
        var far = asked.Select(number => -number).ToArray();
        await _postgres.AddAsync("many", "many-0-best", asked);
        await _postgres.AddAsync("many", "many-0-far", far);
        await _postgres.AddAsync("many", "many-0-farther", far);
        for (var number = 0; number < 300; number++)
        {
            await _postgres.AddAsync("many", $"many-{number + 1:d3}", random.NextVector(Dimensions));
        }

        var byDatabase = await FindAsync("many", asked, candidates: ["many-0-far", "somebody's"]);
        var byGateway = await FindAsync("many", asked, home: null, candidates: ["many-0-far", "somebody's"]);

        Assert.Equal(("many-0-best", 201), (byDatabase[0].Id, byDatabase.Count));
        Assert.Equal(1, byDatabase[0].Similarity, 1e-6);
        Assert.Equal(("many-0-far", -1.0), (byDatabase[^1].Id, Math.Round(byDatabase[^1].Similarity, 6)));
        Assert.Equal(200, byGateway.Count);
        Assert.DoesNotContain("many-0-best", byGateway.Select(row => row.Id));
        Assert.Contains("many-0-far", byGateway.Select(row => row.Id));
    }

    [Fact]
    public async Task What_the_question_is_not_for_and_vectors_of_others_are_left_alone()
    {
        var vector = new Random(22).NextVector(Dimensions);
        await _postgres.AddAsync("mine", "mine", vector, attributes: """{"city":"Toledo"}""");
        await _postgres.AddAsync("shared:ours", "ours", vector);
        await _postgres.AddAsync("shared:theirs", "theirs", vector);
        await _postgres.AddAsync("another", "anothers", vector);
        await _postgres.AddAsync("mine", "shorter", vector[1..]);
        await _postgres.AddAsync("mine", "empty", []);
        await _postgres.AddAsync("mine", "without", null);
        await _postgres.AddAsync("mine", "another-models", vector, model: "ollama/others");
        await _postgres.AddAsync("mine", "retired", vector, retired: true);
        await _postgres.AddAsync("mine", "harmful", vector, harmful: 3);
        await _postgres.AddAsync("mine", "elsewhere", vector, attributes: """{"city":"Gary"}""");

        var found = await _nearest.FindAsync(
            new("mine", new("mine", ["shared:ours"]), "text", RetrievalQuestion.Known(("city", "toledo")), false, null, null, 10),
            VectorRows.Model, vector, ["retired", "anothers", "shorter", "without"], await HomeAsync(), Cancelled);

        Assert.Equal([("ours", 0), ("mine", 1)], found.Select(row => (row.Id, row.Facts)));
        Assert.Empty(_logs.Lines);
    }

    [Fact]
    public async Task What_pgvector_does_not_take_the_gateway_compares_and_says_so()
    {
        var vector = new Random(23).NextVector(Dimensions);
        await _postgres.AddAsync("odd", "odd-fits", vector);
        await _postgres.AddAsync("odd", "odd-infinite", [.. vector[1..], float.PositiveInfinity]);

        Assert.Contains("odd-fits", (await FindAsync("odd", vector)).Select(row => row.Id));

        Assert.Contains("Warning", Assert.Single(_logs.Lines), StringComparison.Ordinal);
        Assert.Contains("pgvector refused (22", _logs.Lines.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Extension_that_is_dropped_or_somewhere_else_or_not_for_our_role_breaks_nothing()
    {
        var vector = new Random(24).NextVector(Dimensions);
        await _postgres.AddAsync("moved", "moved", vector);

        await ExecuteAsync("drop extension vector");
        Assert.Null(await HomeAsync());
        Assert.Equal("moved", Assert.Single(await FindAsync("moved", vector, home: "public")).Id);
        Assert.Contains("pgvector refused", Assert.Single(_logs.Lines), StringComparison.Ordinal);

        Assert.Equal("permission denied to create extension \"vector\"", await CreateAsync("create role guest; set local role guest"));
        Assert.Null(await HomeAsync());

        await ExecuteAsync("create schema \"Far off\"; create extension vector with schema \"Far off\"");
        Assert.Null(await CreateAsync());
        Assert.Equal("\"Far off\"", await HomeAsync());
        Assert.Equal(1, Assert.Single(await FindAsync("moved", vector)).Similarity, 1e-6);
        Assert.Single(_logs.Lines);
        await ExecuteAsync("drop extension vector");
    }

    public async ValueTask DisposeAsync()
    {
        _logging.Dispose();
        await _postgres.DisposeAsync();
    }

    private Task<IReadOnlyList<NearVector>> FindAsync(string scope, float[] asked, string? home, string[]? candidates = null) => RankedAsync(_nearest.FindAsync(
        new(scope, new(scope, []), "text", RetrievalQuestion.Known(), false, null, null, 10), VectorRows.Model, asked, candidates ?? [], home, Cancelled));

    private async Task<IReadOnlyList<NearVector>> FindAsync(string scope, float[] asked, string[]? candidates = null) => await FindAsync(scope, asked, await HomeAsync(), candidates);

    // as the search does
    private static async Task<IReadOnlyList<NearVector>> RankedAsync(Task<IReadOnlyList<NearVector>> found) => [.. (await found).OrderByDescending(row => row.Similarity)];

    private async Task<string?> HomeAsync()
    {
        await using var connection = await _postgres.OpenConnectionAsync(Cancelled);
        return await connection.ExecuteScalarAsync<string?>($"select {PgVector.Home}");
    }

    /// <param name="before">In its transaction, which is undone where this is given.</param>
    private async Task<string?> CreateAsync(string? before = null)
    {
        await using var connection = await _postgres.OpenConnectionAsync(Cancelled);
        await using var undone = before is null ? null : await connection.BeginTransactionAsync(Cancelled);
        if (before is not null)
        {
            await connection.ExecuteAsync(before);
        }

        return await PgVector.CreateAsync(connection, Cancelled);
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = await _postgres.OpenConnectionAsync(Cancelled);
        await connection.ExecuteAsync(sql);
    }
}
