using Lakehouse.AppHost.Demo;
using Microsoft.Extensions.Configuration;

namespace Lakehouse.AppHost.Engines;

/// <summary>
/// <c>AppHost engine postgres|redis|model|dashboard …</c>: this assembly as the owner of one engine process. It prints <c>ready</c>
/// when the engine answers, and stops it on Ctrl-C, SIGTERM, or (with <c>LAKEHOUSE_STOP_WITH_STDIN=true</c>) when its standard input ends.
/// </summary>
internal static class EngineCommand
{
    public const string Verb = "engine";
    public const string PortVariable = Prefix + "PORT";
    public const string HealthPortVariable = Prefix + "HEALTH_PORT";

    private const string Prefix = "LAKEHOUSE_ENGINE_";

    public static bool Is(string[] args) => args is [Verb, _, ..];

    /// <returns>The exit code: 0 stopped as asked, 1 could not start or ended by itself, 2 wrong arguments.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        if (!Is(args))
        {
            await Console.Error.WriteLineAsync("engine: expected `engine postgres|redis --data FOLDER --port N`, `engine model --port N` or `engine dashboard`.");
            return 2;
        }

        var options = new ConfigurationBuilder().AddEnvironmentVariables(Prefix).AddCommandLine(args[2..]).Build();
        using var stop = new EngineStop();
        try
        {
            return args[1] switch
            {
                "postgres" => await PostgresEngine.RunAsync(options, stop.Token),
                "redis" => await RedisEngine.RunAsync(options, stop.Token),
                "model" => await ScriptedModel.RunAsync(options, stop.Token),
                "dashboard" => await DashboardEngine.RunAsync(stop.Token),
                _ => throw new EngineException($"engine: '{args[1]}' is not an engine; accepted are postgres, redis, model, dashboard."),
            };
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            return 0;
        }
        catch (EngineException problem)
        {
            await Console.Error.WriteLineAsync(problem.Message);
            return 1;
        }
    }
}
