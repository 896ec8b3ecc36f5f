using Lakehouse.Benchmarks.Targets;
using Lakehouse.Testing;
using Lakehouse.Testing.Ablation;

namespace Lakehouse.Benchmarks.Runs;

/// <summary>The fixed set of fills through a gateway of its own, whose model is a script that can use context.</summary>
internal static class Ablation
{
    public const int Workers = 100_000;

    public static async Task<AblationResult> RunAsync(Stage stage, CancellationToken cancellationToken)
    {
        var gateway = await ScriptedGateway.StartAsync(stage, cancellationToken);
        await StaffingLoad.RunAsync(gateway.Url, gateway.OperatorKey, Workers, cancellationToken);
        using var client = Http.Client(gateway.Url);
        client.DefaultRequestHeaders.Authorization = new("Bearer", gateway.Key);
        return await AblationRun.RunAsync(client, FillTask.All, cancellationToken);
    }
}
