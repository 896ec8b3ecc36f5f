using System.Collections;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Lakehouse.Benchmarks.Machine;

/// <summary>What a number means nothing without.</summary>
internal static class MachineFacts
{
    // the gateway gets them too, and they change what it costs; none of these holds a secret
    private static readonly string[] Settings = ["Logging__", "DOTNET_gc", "DOTNET_GC", "DOTNET_Tiered", "DOTNET_TC", "DOTNET_ReadyToRun", "DOTNET_Perf", "OTEL_BSP_", "OTEL_METRIC_", "OTEL_TRACES_", "Budgets__", "Kestrel__"];

    public static async Task<IReadOnlyList<string>> ReadAsync(string postgres, CancellationToken cancellationToken)
    {
        var model = Line("/proc/cpuinfo", "model name");
        var memory = Line("/proc/meminfo", "MemTotal");
        return
        [
            $"{Environment.ProcessorCount} cores, {model}; {memory} of memory; {RuntimeInformation.OSDescription}",
            $"load average before: {(await File.ReadAllTextAsync("/proc/loadavg", cancellationToken)).Split(' ')[0]} (anything above 0 is somebody else)",
            string.Join(", ", RuntimeInformation.FrameworkDescription,
                await VersionAsync("nginx", "-v", cancellationToken), await VersionAsync("wrk", "-v", cancellationToken), "node " + await VersionAsync("node", "--version", cancellationToken),
                await VersionAsync("redis-server", "--version", cancellationToken), await VersionAsync(postgres, "--version", cancellationToken)),
            .. Inherited() is { Length: > 0 } settings ? [$"with {settings}"] : Array.Empty<string>(),
        ];
    }

    private static string Inherited() => string.Join(", ", Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
        .Where(variable => Array.Exists(Settings, setting => ((string)variable.Key).StartsWith(setting, StringComparison.Ordinal)))
        .Select(variable => $"{variable.Key}={variable.Value}").Order(StringComparer.Ordinal));

    private static string Line(string file, string name) =>
        File.ReadLines(file).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?.Split(':', 2)[1].Trim() ?? "unknown";

    private static async Task<string> VersionAsync(string program, string option, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, [option]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken) + await errors;
        await process.WaitForExitAsync(cancellationToken);
        var words = output.Split('\n')[0].Split(' ');
        return string.Join(' ', words.TakeWhile(word => !word.StartsWith('[') && !word.StartsWith("sha=", StringComparison.Ordinal)));
    }
}
