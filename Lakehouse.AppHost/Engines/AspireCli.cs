using System.Diagnostics;
using System.Runtime.InteropServices;
using Lakehouse.AppHost.House;

namespace Lakehouse.AppHost.Engines;

/// <summary>Where the Aspire CLI is: PATH, else npm's package of it in a cache of this user, fetched once.</summary>
internal static class AspireCli
{
    private const string Version = "13.5.4";

    private static string Package
    {
        get
        {
            var system = OperatingSystem.IsWindows() ? "win32" : OperatingSystem.IsMacOS() ? "darwin" : "linux";
            return $"@microsoft/aspire-cli-{system}-{RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}";
        }
    }

    public static async Task<string> FindOrInstallAsync(CancellationToken stop)
    {
        if (Programs.Find("aspire") is { } installed)
        {
            return installed;
        }

        var cache = Path.Combine(CacheHome(), "lakehouse", "aspire-cli", Version);
        var program = Path.Combine(cache, "node_modules", Path.Combine(Package.Split('/')), "bin", OperatingSystem.IsWindows() ? "aspire.exe" : "aspire");
        if (!File.Exists(program))
        {
            await InstallAsync(cache, stop);
        }

        return File.Exists(program) ? program : throw new EngineException($"{PrefixedLog.Notice}npm's package {Package} holds no {program}. {HowToGet}");
    }

    private static string HowToGet => "The system runs without the dashboard. To have it, install the Aspire CLI (https://aspire.dev) or npm, and start again.";

    private static async Task InstallAsync(string cache, CancellationToken stop)
    {
        var npm = Programs.Find("npm") ?? throw new EngineException($"{PrefixedLog.Notice}Neither the Aspire CLI nor npm is on PATH. {HowToGet}");
        var clock = Stopwatch.StartNew();
        Console.WriteLine($"{PrefixedLog.Notice}fetching the Aspire dashboard once ({Package} {Version}, about 60 MB) into {cache}");
        Directory.CreateDirectory(cache);
        await using var install = EngineProcess.Start(
            new ProcessStartInfo(npm, ["install", "--prefix", cache, "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel", "error", $"{Package}@{Version}"]), Say);
        var done = install.WaitAsync(stop);
        while (await Task.WhenAny(done, Task.Delay(TimeSpan.FromSeconds(5), TimeProvider.System, stop)) != done && !stop.IsCancellationRequested)
        {
            Console.WriteLine($"{PrefixedLog.Notice}still fetching it, {clock.Elapsed.TotalSeconds:0} s");
        }

        if (await done)
        {
            stop.ThrowIfCancellationRequested();
        }

        if (install.ExitCode != 0)
        {
            throw new EngineException($"{PrefixedLog.Notice}npm could not fetch {Package} {Version} (exit code {install.ExitCode}): {install.LastLines}. {HowToGet}");
        }
    }

    // npm also prints empty lines
    private static void Say(string line)
    {
        if (!string.IsNullOrWhiteSpace(line))
        {
            Console.WriteLine(PrefixedLog.Notice + line);
        }
    }

    private static string CacheHome() => Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } xdg
        ? xdg
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
}
