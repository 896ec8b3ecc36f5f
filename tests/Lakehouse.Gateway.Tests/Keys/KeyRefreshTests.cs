using Lakehouse.Gateway.Tests.Knowledge.Retrieval;
using Lakehouse.Gateway.Tests.Security;
using Lakehouse.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Lakehouse.Gateway.Tests.Keys;

public sealed class KeyRefreshTests(TestPostgres postgres)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Row_that_nobody_can_read_ends_neither_the_gateway_nor_the_refresh()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1", settings: new() { ["KeyRefresh:Interval"] = "00:00:00.100" });
        var logs = new CapturedLogs();
        await using var watched = gateway.WithWebHostBuilder(host => host.ConfigureTestServices(services => services.AddLogging(logging => logging.AddProvider(logs))));
        using var bot = watched.CreateClient();
        bot.DefaultRequestHeaders.Authorization = new("Bearer", GatewayApp.BotKey);

        await gateway.RunAsync("""insert into gateway.profiles (kind, name, version, settings, task_classes, created_at, created_by) values ('retrieval', 'odd', 1, '{"limit":"many"}', '{}', now(), 'a person')""");
        await Eventually.TrueAsync(() => Task.FromResult(logs.Lines.Any(line => line.Contains("KeyRefresh", StringComparison.Ordinal) && line.Contains("nobody planned", StringComparison.Ordinal))), Cancelled);
        await gateway.RunAsync("""update gateway.profiles set settings = '{"limit":7}' where name = 'odd'""");

        var profiles = await Eventually.GetAsync(() => bot.GetJsonAsync("/v1/profiles"), answer => answer["data"]!.AsArray().Count == 1, Cancelled);
        Assert.Equal(7, profiles["data"]![0]!["settings"]!["limit"]!.GetValue<int>());
    }
}
