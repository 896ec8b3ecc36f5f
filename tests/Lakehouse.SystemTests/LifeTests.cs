using System.Net;
using System.Runtime.Versioning;
using Lakehouse.Testing;

namespace Lakehouse.SystemTests;

/// <summary>However the AppHost ends, nothing of it stays but its data.</summary>
[SupportedOSPlatform("linux")]
public sealed class LifeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Data => _folder.In("data");

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = 120_000)]
    public async Task Data_survives_kill_9_of_the_apphost_and_nothing_else_does()
    {
        var cancelled = TestContext.Current.CancellationToken;
        Linux.Only();
        await using (var first = await AppHostRun.Start(Data).UntilUpAsync(cancelled))
        {
            Assert.Contains("Aspire", first.Process.Output.Split(Environment.NewLine)[0], StringComparison.Ordinal);
            Assert.Contains("-p:AspireHosting=local|nuget", first.Process.Output, StringComparison.Ordinal);
            await StoredData.WriteAsync(first, cancelled);

            await first.Process.KillAsync();

            await first.UntilNothingIsLeftAsync(cancelled);
        }

        await using var second = await AppHostRun.Start(Data).UntilUpAsync(cancelled);
        Assert.Equal(("postgres remembers", "redis remembers"), await StoredData.ReadAsync(second, cancelled));

        await using (var rival = AppHostRun.Start(Data))
        {
            Assert.NotEqual(0, await rival.Process.WaitForExitAsync(cancelled));
            Assert.Contains($"Another AppHost is using the data folder {Data}", rival.Process.Output, StringComparison.Ordinal);
        }

        await AppHostRun.SignalAsync(second.Process.Id, "TERM", cancelled);
        Assert.Equal(0, await second.Process.WaitForExitAsync(cancelled));
        Assert.Empty(second.Alive());
    }

    [Fact(Timeout = 120_000)]
    public async Task Services_are_healthy_and_know_only_what_they_need_until_ctrl_c()
    {
        var cancelled = TestContext.Current.CancellationToken;
        Linux.Only();
        await using var house = await AppHostRun.Start(Data).UntilUpAsync(cancelled);
        using var http = new HttpClient(new SocketsHttpHandler());
        foreach (var label in new[] { "Gateway", "Observer" })
        {
            using var answer = await http.GetAsync(new Uri(house.Printed(label) + "/health"), cancelled);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        var gateway = house.Service("Lakehouse.Gateway").Environment;
        var worker = house.Service("Lakehouse.BotWorker").Environment;
        var observer = house.Service("Lakehouse.Observer").Environment;
        Assert.All([gateway, worker, observer], service => Assert.Contains("ConnectionStrings__lakehouse", service.Keys));
        Assert.Contains("ConnectionStrings__redis", gateway.Keys);
        Assert.DoesNotContain("ConnectionStrings__redis", worker.Keys);
        Assert.DoesNotContain("ConnectionStrings__redis", observer.Keys);
        Assert.Equal(gateway["Keys__bot"], worker["Gateway__ApiKey"]);
        Assert.Equal(gateway["Keys__observer"], observer["Gateway__ApiKey"]);
        Assert.DoesNotContain("Keys__bot", observer.Keys);
        Assert.All([worker, observer], service => Assert.DoesNotContain(gateway["Keys__operator"], service.Values));
        Assert.StartsWith("http://", worker["services__gateway__http__0"], StringComparison.Ordinal);
        Assert.StartsWith("http://", worker["services__observer__http__0"], StringComparison.Ordinal);
        Assert.Equal("bot-worker", worker["OTEL_SERVICE_NAME"]);
        Assert.Equal("http://127.0.0.1:9", worker["OTEL_EXPORTER_OTLP_ENDPOINT"]);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(Data, "keys.json")));

        await AppHostRun.SignalAsync(house.Process.Id, "INT", cancelled);

        Assert.Equal(0, await house.Process.WaitForExitAsync(cancelled));
        Assert.Empty(house.Alive());
    }

    [Fact(Timeout = 120_000)]
    public async Task Kill_9_of_dotnet_run_leaves_no_process()
    {
        var cancelled = TestContext.Current.CancellationToken;
        Linux.Only();
        await using var house = await AppHostRun.StartWithDotnetRun(Data).UntilUpAsync(cancelled);

        await house.Process.KillAsync();

        await house.UntilNothingIsLeftAsync(cancelled);
    }

    [Fact(Timeout = 120_000)]
    public async Task Kill_9_while_still_starting_leaves_no_process()
    {
        var cancelled = TestContext.Current.CancellationToken;
        Linux.Only();
        await using var house = AppHostRun.Start(Data);
        await house.Process.WaitForLineAsync("starting", cancelled);

        await house.Process.KillAsync();

        await house.UntilNothingIsLeftAsync(cancelled);
    }
}
