using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace Lakehouse.AppHost.Engines;

/// <summary>Answers 200 from the moment the engine is ready, so that any host can wait for it by plain HTTP.</summary>
internal static class EngineHealth
{
    /// <returns>The listening server, or null when no port was asked for.</returns>
    public static async Task<WebApplication?> StartAsync(IConfiguration options, CancellationToken stop)
    {
        if (options.GetValue<int?>("health_port") is not { } port)
        {
            return null;
        }

        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
        var app = builder.Build();
        app.Run(context => context.Response.WriteAsync("ready", stop));
        await app.StartAsync(stop);
        return app;
    }
}
