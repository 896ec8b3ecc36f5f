using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Lakehouse.Benchmarks.Machine;

/// <summary>What a number means nothing without.</summary>
internal static class MachineFacts
{
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
        ];
    }

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
