using System.Diagnostics;
using System.Globalization;
using Lakehouse.Benchmarks.Targets;
using Lakehouse.Testing;

namespace Lakehouse.Benchmarks.Load;

/// <summary>One run of <c>wrk</c> (https://github.com/wg/wrk): closed loop, as many requests in flight as connections.</summary>
internal static class Wrk
{
    private static readonly string Script = Path.Combine(Built.Checkout, "tests", "Lakehouse.Benchmarks", "Load", "load.lua");

    public static async Task<LoadResult> RunAsync(Target target, Mode mode, int connections, TimeSpan duration, CancellationToken cancellationToken)
    {
        var endpoint = target.Endpoint(mode);
        // one thread makes more load than any target takes on the cores that are left, but not with a core to spare
        var threads = connections < 8 ? 1 : 2;
        var start = new ProcessStartInfo("wrk",
            [$"-t{threads}", $"-c{connections}", $"-d{Math.Ceiling(duration.TotalSeconds):F0}s", "--timeout", "10s", "-s", Script, endpoint.Url.AbsoluteUri])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["BENCH_BODY"] = ChatBody.Of(mode), ["BENCH_HEADERS"] = string.Join('\n', endpoint.Headers.Select(header => $"{header.Key}: {header.Value}")) },
        };
        using var wrk = Process.Start(start)!;
        try
        {
            var errors = wrk.StandardError.ReadToEndAsync(cancellationToken);
            var output = await wrk.StandardOutput.ReadToEndAsync(cancellationToken);
            await wrk.WaitForExitAsync(cancellationToken);
            return Read(output) ?? throw new BenchmarkException($"wrk against {target.Name} ended with {wrk.ExitCode}: {output}{await errors}");
        }
        finally
        {
            if (!wrk.HasExited)
            {
                wrk.Kill();
            }
        }
    }

    private static LoadResult? Read(string output)
    {
        var line = output.Split('\n').FirstOrDefault(line => line.StartsWith("BENCH ", StringComparison.Ordinal));
        if (line is null)
        {
            return null;
        }

        var numbers = line.Split(' ').Skip(1).Select(number => long.Parse(number, CultureInfo.InvariantCulture)).ToArray();
        return new(numbers[0], TimeSpan.FromMicroseconds(numbers[1]), numbers[2], numbers[3], TimeSpan.FromMicroseconds(numbers[4]), TimeSpan.FromMicroseconds(numbers[5]));
    }
}
