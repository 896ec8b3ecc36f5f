using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Lakehouse.AppHost.Engines;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Lakehouse.AppHost.Demo;

/// <summary>Speaks Ollama's protocol and answers from a script, so that everything but the model is real.</summary>
internal static class ScriptedModel
{
    public const string Name = "scripted";

    public static async Task<int> RunAsync(IConfiguration options, CancellationToken stop)
    {
        var port = options.GetValue<int?>("port") ?? throw new EngineException("engine model: --port N is missing.");
        await using var app = Build(port);
        try
        {
            await app.StartAsync(stop);
        }
        catch (IOException taken)
        {
            throw new EngineException($"The scripted model could not listen on 127.0.0.1:{port}: {taken.Message}");
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ready model {port}"));
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await app.StopAsync(CancellationToken.None);
        return 0;
    }

    private static WebApplication Build(int port)
    {
        // an empty argument list: the engine's own arguments are no settings of this server
        var builder = WebApplication.CreateSlimBuilder([]);
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
        builder.Services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
            json.SerializerOptions.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        });
        builder.Services.AddSingleton<Script>();
        builder.Services.AddSingleton(TimeProvider.System);

        var app = builder.Build();
        app.MapMethods("/", [HttpMethods.Get, HttpMethods.Head], () => $"Scripted model is running ({Script.Label})");
        app.MapGet("/health", () => Results.Json(new { status = "healthy", model = Name, note = Script.Label }));
        app.MapScriptedChat();
        app.MapScriptedCatalog();
        app.MapFallback((HttpContext context) =>
            Results.Json(new OllamaError($"{context.Request.Method} {context.Request.Path} is not played by the scripted model; it has /api/chat, /api/tags, /api/show and /api/version"), statusCode: StatusCodes.Status404NotFound));
        return app;
    }
}
