using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Lakehouse.ServiceDefaults;
using Lakehouse.Testing;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using StackExchange.Redis;

namespace Lakehouse.Gateway.Tests;

/// <summary>The real gateway in this process, with a database, a Redis and a model of its own.</summary>
internal sealed class GatewayApp : WebApplicationFactory<Program>
{
    public const string BotKey = "key-of-the-bot-0123456789";
    public const string LabKey = "key-of-the-lab-0123456789";

    private readonly Dictionary<string, string?> _settings;

    private GatewayApp(Dictionary<string, string?> settings, TestRedis redis) => (_settings, Redis) = (settings, redis);

    public TestRedis Redis { get; }

    public string Database => _settings["ConnectionStrings:lakehouse"]!;

    /// <param name="listens">On a real port, for what only a real connection shows: how it breaks, and trailers.</param>
    public static async Task<GatewayApp> StartAsync(TestPostgres postgres, string ollamaUrl, RedisKind kind = RedisKind.Garnet, Dictionary<string, string?>? settings = null, bool listens = false)
    {
        var cancelled = TestContext.Current.CancellationToken;
        var redis = await TestRedis.StartAsync(kind, cancelled);
        var all = Settings(await postgres.CreateGatewayDatabaseAsync(cancelled), redis.ConnectionString, ollamaUrl);
        foreach (var (key, value) in settings ?? [])
        {
            all[key] = value;
        }

        var app = new GatewayApp(all, redis);
        if (listens)
        {
            app.UseKestrel(0);
            app.StartServer();
        }

        return app;
    }

    public static Dictionary<string, string?> Settings(string database, string redis, string ollamaUrl) => new()
    {
        ["ConnectionStrings:lakehouse"] = database,
        ["ConnectionStrings:redis"] = redis,
        ["Providers:ollama:base_url"] = ollamaUrl,
        ["Providers:ollama_cloud:base_url"] = ollamaUrl,
        ["Logging:LogLevel:Default"] = "Warning",
        ["Keys:bot"] = BotKey,
        ["Keys:lab"] = LabKey,
        // a busy machine is no outage
        ["Budgets:StoreTimeout"] = "00:00:30",
    };

    public HttpClient As(string? key)
    {
        var client = CreateClient();
        if (key is not null)
        {
            client.DefaultRequestHeaders.Authorization = new("Bearer", key);
        }

        return client;
    }

    public IDatabase Counters => _redis ??= ConnectionMultiplexer.Connect(Redis.ConnectionString).GetDatabase();

    private IDatabase? _redis;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _redis?.Multiplexer.Dispose();
        await Redis.DisposeAsync();
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment(_settings.GetValueOrDefault("environment") ?? "Development");
        foreach (var (key, value) in _settings)
        {
            builder.UseSetting(key, value);
        }
    }
}

internal static class GatewayDatabase
{
    /// <summary>A database with the gateway's tables, as its migrations make them.</summary>
    public static Task<string> CreateGatewayDatabaseAsync(this TestPostgres postgres, CancellationToken cancellationToken) =>
        postgres.CreateDatabaseAsync(cancellationToken, database => Migrations.ApplyAsync(database, "gateway", typeof(Program).Assembly, cancellationToken));
}

/// <summary>Configuration files that a test writes itself.</summary>
internal static class TestConfig
{
    private static readonly TemporaryFolder Run = OfThisRun();
    private static int _files;

    /// <returns>A path for the setting <c>Routing:File</c>.</returns>
    public static string Routing(string toml) => Write("routing", toml);

    /// <returns>A path for the setting <c>Providers:File</c>.</returns>
    public static string Providers(string toml) => Write("providers", toml);

    // each in a folder of its own: gateways watch the folder
    private static string Write(string name, string toml)
    {
        var folder = Directory.CreateDirectory(Run.In($"{Interlocked.Increment(ref _files)}"));
        var file = Path.Combine(folder.FullName, $"{name}.toml");
        File.WriteAllText(file, toml);
        return file;
    }

    // tests share the files' makers and not their ends
    private static TemporaryFolder OfThisRun()
    {
        var folder = new TemporaryFolder();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => folder.Dispose();
        return folder;
    }
}

internal static class Calls
{
    public static JsonObject Hello(string model = "scripted", bool stream = false) => new()
    {
        ["model"] = model, ["stream"] = stream, ["max_tokens"] = 50,
        ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = "Say hello." }),
    };

    public static Task<HttpResponseMessage> ChatAsync(this HttpClient client, JsonObject body) =>
        client.PostAsJsonAsync("/v1/chat", body, TestContext.Current.CancellationToken);

    public static async Task<JsonNode> JsonAsync(this HttpResponseMessage response) =>
        JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;

    public static async Task<JsonNode> GetJsonAsync(this HttpClient client, string path)
    {
        using var response = await client.GetAsync(path, TestContext.Current.CancellationToken);
        return await response.JsonAsync();
    }

    /// <summary>The code of OpenAI's error object; also checks that the object is whole.</summary>
    public static async Task<string> ErrorCodeAsync(this HttpResponseMessage response)
    {
        var error = (await response.JsonAsync())["error"]!.AsObject();
        Assert.Equal(["message", "type", "param", "code"], error.Select(field => field.Key));
        Assert.NotEmpty(error["message"]!.ToString());
        return error["code"]!.ToString();
    }
}
