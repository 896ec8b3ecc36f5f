using Lakehouse.Testing;

namespace Lakehouse.Gateway.Tests;

/// <summary>The gateway as a process of its own, to be killed.</summary>
internal sealed class GatewayProcess : IAsyncDisposable
{
    private GatewayProcess(ChildProcess process, HttpClient client) => (Process, Client) = (process, client);

    public ChildProcess Process { get; }

    /// <summary>Calls as the consumer <c>bot</c>.</summary>
    public HttpClient Client { get; }

    public static async Task<GatewayProcess> StartAsync(string database, string redis, string ollamaUrl, Dictionary<string, string?>? settings = null)
    {
        var port = FreePort.Next();
        var environment = GatewayApp.Settings(database, redis, ollamaUrl);
        environment["ASPNETCORE_URLS"] = $"http://127.0.0.1:{port}";
        environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        foreach (var (key, value) in settings ?? [])
        {
            environment[key] = value;
        }

        var process = ChildProcess.StartAssembly(Built.Assembly("Lakehouse.Gateway"), [], environment.ToDictionary(pair => pair.Key.Replace(":", "__", StringComparison.Ordinal), pair => pair.Value));
        var client = Http.Client($"http://127.0.0.1:{port}");
        client.DefaultRequestHeaders.Authorization = new("Bearer", GatewayApp.BotKey);
        await Eventually.TrueAsync(async () =>
        {
            Assert.False(process.HasExited, process.Output);
            try
            {
                using var health = await client.GetAsync("/health", TestContext.Current.CancellationToken);
                return health.IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }, TestContext.Current.CancellationToken);
        return new(process, client);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Process.DisposeAsync();
    }
}
