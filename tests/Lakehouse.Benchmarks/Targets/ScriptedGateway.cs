using System.Security.Cryptography;
using Lakehouse.Testing;
using Lakehouse.Testing.Ablation;

namespace Lakehouse.Benchmarks.Targets;

/// <summary>The gateway with its shipped configuration, whose Ollama is a scripted recruiter.</summary>
/// <param name="Key">Of the consumer <c>bot</c>.</param>
internal sealed record ScriptedGateway(string Url, string Key, string OperatorKey)
{
    private const string EnoughOfAnything = "4000000000000000";

    public static async Task<ScriptedGateway> StartAsync(Stage stage, CancellationToken cancellationToken)
    {
        var redis = stage.Own(await TestRedis.StartAsync(RedisKind.Real, cancellationToken));
        var database = await stage.Own(new TestPostgres()).CreateDatabaseAsync(cancellationToken);
        var model = stage.Own(await ScriptedRecruiter.StartAsync(cancellationToken));
        var port = FreePort.Next();
        var (key, operatorKey) = (Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24)), Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24)));
        var gateway = stage.Own(ChildProcess.StartAssembly(Built.Assembly("Lakehouse.Gateway"), [], new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{port}",
            ["ConnectionStrings__redis"] = redis.ConnectionString,
            ["ConnectionStrings__lakehouse"] = database,
            ["Logging__LogLevel__Default"] = "Warning",
            ["Providers__ollama__base_url"] = model.Url,
            ["Keys__bot"] = key,
            ["Keys__operator"] = operatorKey,
            ["Budgets__Consumers__bot__Calls"] = EnoughOfAnything,
            ["Budgets__Consumers__bot__Tokens"] = EnoughOfAnything,
        }));
        await Listening.WaitAsync(port, gateway, cancellationToken);
        return new($"http://127.0.0.1:{port}", key, operatorKey);
    }
}
