using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Lakehouse.Benchmarks.Servers;

/// <summary>Kestrel on loopback without a log, which ends when the benchmark does.</summary>
internal static class OwnKestrel
{
    public static WebApplication Build(int port, Action<ListenOptions> listen)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, port, listen);
        });
        return builder.Build();
    }

    public static async Task RunAsync(WebApplication app)
    {
        await app.StartAsync();
        var input = Console.OpenStandardInput();
        var buffer = new byte[64];
        while (await input.ReadAsync(buffer) > 0)
        {
            // nothing is said there; its end is the message
        }
    }
}
