using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Lakehouse.ServiceDefaults;
using Lakehouse.Testing;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace Lakehouse.Observer.Tests;

internal static class ObserverDatabase
{
    /// <summary>A database with the observer's tables, as its migrations make them.</summary>
    public static Task<string> CreateObserverDatabaseAsync(this TestPostgres postgres, CancellationToken cancellationToken) =>
        postgres.CreateDatabaseAsync(cancellationToken, database => Migrations.ApplyAsync(database, "observer", typeof(Program).Assembly, cancellationToken));
}

/// <summary>The real observer on a real database; a second one on the same database is a restart.</summary>
internal sealed class ObserverApp : WebApplicationFactory<Program>
{
    public static readonly DateTimeOffset Start = new(2026, 4, 22, 3, 15, 0, TimeSpan.Zero);

    private readonly string _database;
    private readonly (string Key, string? Value)[] _settings;

    public ObserverApp(string database, params (string Key, string? Value)[] settings)
    {
        (_database, _settings) = (database, settings);
        Client = CreateClient();
    }

    public HttpClient Client { get; }

    public FakeTimeProvider Time { get; } = new(Start);

    public Task<HttpResponseMessage> PostAsync(string json) =>
        Client.PostAsync("/event", new StringContent(json, Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken);

    public async Task<JsonObject> AcceptAsync(string json)
    {
        using var reply = await PostAsync(json);
        var body = await reply.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(reply.IsSuccessStatusCode, $"{(int)reply.StatusCode} {body}");
        return JsonNode.Parse(body)!.AsObject();
    }

    public async Task<JsonObject> GetAsync(string path) =>
        (await Client.GetFromJsonAsync<JsonObject>(path, TestContext.Current.CancellationToken))!;

    /// <summary>Straight to the table, past the service.</summary>
    public static async Task<object?> SqlAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseSetting("ConnectionStrings:lakehouse", _database);
        foreach (var (key, value) in _settings)
        {
            builder.UseSetting(key, value);
        }

        builder.ConfigureLogging(logging => logging.ClearProviders());
        builder.ConfigureTestServices(services => services.AddSingleton<TimeProvider>(Time));
    }
}
