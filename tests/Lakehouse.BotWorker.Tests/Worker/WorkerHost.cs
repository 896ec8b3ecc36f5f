using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;
using Lakehouse.BotWorker.Cycles;
using Lakehouse.BotWorker.Jobs;
using Lakehouse.ServiceDefaults;
using Lakehouse.ServiceDefaults.Contracts;
using Lakehouse.Testing;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Lakehouse.BotWorker.Tests.Worker;

/// <summary>The real worker on a real port and a database of its own; the gateway and the observer are stubs.</summary>
internal sealed class WorkerHost : IAsyncDisposable
{
    private readonly TemporaryFolder _data = new();
    private Factory? _factory;
    private ChildProcess? _process;

    private WorkerHost(WorkerTarget target, StubGateway gateway, StubServer observer) => (Target, Gateway, Observer) = (target, gateway, observer);

    public WorkerTarget Target { get; }

    public StubGateway Gateway { get; }

    public StubServer Observer { get; private set; }

    public int ObserverStatus { get; set; } = 200;

    /// <summary>The observer answers when this is completed.</summary>
    public Task ObserverGate { get; set; } = Task.CompletedTask;

    /// <summary>Events that the observer took, by their cycles' ids; one that was sent twice is here twice.</summary>
    public ConcurrentQueue<string> Delivered { get; } = [];

    public Dictionary<string, string?> Settings { get; } = new(StringComparer.Ordinal);

    /// <summary>Of a worker in this process.</summary>
    public ShiftedClock Clock { get; } = new();

    public HttpClient Http { get; private set; } = null!;

    public ChildProcess Process => _process ?? throw new InvalidOperationException("The worker runs in this process.");

    public IServiceProvider Services => _factory!.Services;

    public string DataFolder => _data.Path;

    public string ConnectionString => Settings["ConnectionStrings:lakehouse"]!;

    public IEnumerable<JsonElement> Events => Observer.Requests.Select(request => JsonSerializer.Deserialize<JsonElement>(request.Body));

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static async Task<WorkerHost> CreateAsync(TestPostgres postgres, string? prd = null) =>
        await CreateAsync(postgres, prd is null ? await WorkerTarget.CreateAsync() : await WorkerTarget.CreateAsync(prd));

    public static async Task<WorkerHost> CreateAsync(TestPostgres postgres, WorkerTarget target)
    {
        var gateway = await StubGateway.StartAsync();
        WorkerHost? self = null;
        var observer = await StubServer.StartAsync(async (context, sent) =>
        {
            await self!.ObserverGate.WaitAsync(context.RequestAborted);
            context.Response.StatusCode = self.ObserverStatus;
            if (self.ObserverStatus == 200)
            {
                self.Delivered.Enqueue(JsonSerializer.Deserialize<JsonElement>(sent).GetProperty("cycle_id").GetString()!);
            }
        }, Cancelled);
        self = new WorkerHost(target, gateway, observer);
        foreach (var (key, value) in new Dictionary<string, string>
        {
            // workers come and go by the dozen here, and their idle connections must not use up the server's
            ["ConnectionStrings:lakehouse"] = await CreateDatabaseAsync(postgres) + ";Connection Idle Lifetime=2;Connection Pruning Interval=1",
            ["services:gateway:http:0"] = gateway.Url,
            ["services:observer:http:0"] = observer.Url,
            ["Gateway:ApiKey"] = "lh_bot_key_of_the_test",
            ["Bot:TargetRepository"] = target.Path,
            ["Bot:DataFolder"] = self._data.In("data"),
            ["Bot:TestCommand"] = "sh check.sh",
            ["Bot:Model"] = "ollama_cloud/gpt-oss:120b",
        })
        {
            self.Settings[key] = value;
        }

        return self;
    }

    /// <summary>Inside this process, with its own Kestrel and Hangfire server.</summary>
    public WorkerHost Start(string environment = "Development")
    {
        _factory = new Factory(Settings, environment, Clock);
        _factory.UseKestrel(0);
        _factory.StartServer();
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        Http = NewClient(_factory.ClientOptions.BaseAddress, handler);
        return this;
    }

    /// <summary>A second worker on the same database, target and data folder.</summary>
    public IAsyncDisposable StartAnother()
    {
        var another = new Factory(Settings, "Development", Clock);
        another.UseKestrel(0);
        another.StartServer();
        return another;
    }

    /// <summary>As a process of its own, which can be killed.</summary>
    public async Task StartProcessAsync()
    {
        var url = $"http://127.0.0.1:{FreePort.Next()}";
        var environment = Settings.ToDictionary(pair => pair.Key.Replace(":", "__", StringComparison.Ordinal), pair => pair.Value);
        environment["ASPNETCORE_URLS"] = url;
        environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        // it lives for seconds, and what makes a long life fast would take a fifth of them
        environment["DOTNET_TieredPGO"] = "0";
        environment["DOTNET_gcServer"] = "0";
        _process = ChildProcess.StartAssembly(Built.Assembly("Lakehouse.BotWorker"), [], environment);
        await _process.WaitForLineAsync("Application started", Cancelled);
        Http?.Dispose();
        Http = NewClient(new Uri(url), new SocketsHttpHandler());
    }

    public async Task KillProcessAsync()
    {
        await Process.KillAsync();
        await Process.DisposeAsync();
        _process = null;
    }

    public async Task<string> EnqueueAsync(object? request = null)
    {
        using var response = await Http.PostAsJsonAsync("api/cycles", request ?? new { }, Cancelled);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(Cancelled));
        return (await response.Content.ReadFromJsonAsync<JsonElement>(Cancelled)).GetProperty("cycle_id").GetString()!;
    }

    public Task<CycleView> FinishedAsync(string cycleId) =>
        WorkerReport.ExplainAsync(this, () => Eventually.GetAsync(() => GetAsync(cycleId), view => view.Cycle.FinishedAt is not null, Cancelled));

    public async Task<CycleView> RunAsync(object? request = null) => await FinishedAsync(await EnqueueAsync(request));

    public async Task<CycleView> GetAsync(string cycleId) => (await Http.GetFromJsonAsync<CycleView>($"api/cycles/{cycleId}", LakehouseJson.Options, Cancelled))!;

    public async Task<JsonElement> ResultFileAsync(string cycleId)
    {
        var path = _data.In("data", "_bot", "cycles", cycleId + ".json");
        await Eventually.TrueAsync(() => Task.FromResult(File.Exists(path)), Cancelled);
        return JsonSerializer.Deserialize<JsonElement>(await File.ReadAllTextAsync(path, Cancelled));
    }

    public Task<JsonElement> EventAsync(string cycleId) => WorkerReport.ExplainAsync(this, () => Eventually.GetAsync(
        () => Task.FromResult(Events.FirstOrDefault(received => received.GetProperty("cycle_id").GetString() == cycleId)),
        received => received.ValueKind == JsonValueKind.Object,
        Cancelled));

    /// <returns>Whether the worker has noted that the observer took the cycle's event.</returns>
    public async Task<bool> IsObservedAsync(string cycleId)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync(Cancelled);
        await using var command = new NpgsqlCommand("select observed_at is not null from bot.cycles where cycle_id = $1", connection) { Parameters = { new() { Value = cycleId } } };
        return await command.ExecuteScalarAsync(Cancelled) is true;
    }

    /// <summary>Of what a worker in a process of its own has printed.</summary>
    public string LastLines(int count) => _process is null ? "(it runs in the test's process)" : string.Join('\n', _process.Output.Split(Environment.NewLine).TakeLast(count));

    public IReadOnlyList<string> LocalPulls() =>
        Directory.Exists(_data.In("data", "forge")) ? [.. Directory.EnumerateFiles(_data.In("data", "forge"), "*.json", SearchOption.AllDirectories)] : [];

    public async Task<string> PullBodyAsync(CycleView view)
    {
        var pull = await Task.WhenAll(LocalPulls().Select(async file => JsonSerializer.Deserialize<JsonElement>(await File.ReadAllTextAsync(file, Cancelled))));
        return pull.Single(draft => draft.GetProperty("url").GetString() == view.Cycle.PrUrl).GetProperty("body").GetString()!;
    }

    public async Task AssertNothingLeftAsync()
    {
        Assert.Empty(await WorkerLeftovers.FindAsync(_data.In("data")));
        Assert.Equal("", await Target.GitAsync("branch", "--list", "bot/*"));
        Assert.Equal("", await Target.GitAsync("status", "--porcelain"));
    }

    public async ValueTask DisposeAsync()
    {
        Http?.Dispose();
        if (_factory is not null)
        {
            await _factory.DisposeAsync();
        }

        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        await Gateway.DisposeAsync();
        await Observer.DisposeAsync();
        Target.Dispose();
        _data.Dispose();
    }

    private static Task<string> CreateDatabaseAsync(TestPostgres postgres) => postgres.CreateDatabaseAsync(Cancelled, async database =>
    {
        await Migrations.ApplyAsync(database, "bot", typeof(BotOptions).Assembly, Cancelled);
        JobsRegistration.OpenStorage(database);
    });

    private static HttpClient NewClient(Uri address, HttpMessageHandler handler)
    {
        var http = new HttpClient(handler) { BaseAddress = address };
        http.DefaultRequestHeaders.Add("Origin", address.GetLeftPart(UriPartial.Authority));
        return http;
    }

    private sealed class Factory(Dictionary<string, string?> settings, string environment, TimeProvider clock) : WebApplicationFactory<BotOptions>
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            builder.UseEnvironment(environment);
            // Hangfire keeps the logger factory of the host that started last in a static, and fails on it once that host is
            // disposed, whichever host asks: one that is never disposed serves all of them
            builder.ConfigureServices(services => services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance).AddSingleton(clock));
            foreach (var (key, value) in settings)
            {
                builder.UseSetting(key, value);
            }
        }
    }
}
