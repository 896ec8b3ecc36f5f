using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Lakehouse.Testing;

namespace Lakehouse.Benchmarks.Runs;

/// <summary>The staffing data, loaded through the gateway.</summary>
internal static class StaffingLoad
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    /// <returns>How long it took until the workers were there, until all was, and how many rows that is.</returns>
    public static async Task<(TimeSpan Workers, TimeSpan All, long Rows)> RunAsync(string url, string operatorKey, int number, CancellationToken cancellationToken)
    {
        using var client = Http.Client(url);
        client.DefaultRequestHeaders.Authorization = new("Bearer", operatorKey);
        using var begun = await client.PostAsJsonAsync("/v1/staffing/datasets", new { workers = number }, cancellationToken);
        var load = JsonNode.Parse(await begun.Content.ReadAsStringAsync(cancellationToken))!;
        double? workers = null;
        while (load["status"]?.ToString() == "running")
        {
            await Task.Delay(Look, TimeProvider.System, cancellationToken);
            load = JsonNode.Parse(await client.GetStringAsync("/v1/staffing/datasets", cancellationToken))!["load"]!;
            workers ??= load["table"]?.ToString() == "workers" ? null : load["seconds"]!.GetValue<double>();
        }

        return load["status"]?.ToString() == "loaded"
            ? (TimeSpan.FromSeconds(workers!.Value), TimeSpan.FromSeconds(load["seconds"]!.GetValue<double>()), load["rows"]!.GetValue<long>())
            : throw new BenchmarkException($"The staffing data was not loaded: {load.ToJsonString()}");
    }
}
