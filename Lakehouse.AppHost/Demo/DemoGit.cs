using System.ComponentModel;
using System.Diagnostics;
using Lakehouse.AppHost.Engines;

namespace Lakehouse.AppHost.Demo;

/// <summary>git with its own identity and settings: nothing of the person's configuration is used, nothing of it is changed.</summary>
internal static class DemoGit
{
    // always the same commit: two people who talk about the demo see the same ids
    private const string Date = "2026-01-01T00:00:00Z";

    public static async Task RunAsync(string folder, IReadOnlyList<string> arguments, CancellationToken stop)
    {
        var (exitCode, error) = await StartAsync(folder, arguments, stop);
        if (exitCode != 0)
        {
            throw new EngineException($"git {arguments[0]} failed in {folder} (exit code {exitCode}): {error.Trim()}");
        }
    }

    public static async Task<bool> TryAsync(string folder, IReadOnlyList<string> arguments, CancellationToken stop) =>
        (await StartAsync(folder, arguments, stop)).ExitCode == 0;

    private static async Task<(int ExitCode, string Error)> StartAsync(string folder, IReadOnlyList<string> arguments, CancellationToken stop)
    {
        var start = new ProcessStartInfo("git") { WorkingDirectory = folder, UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        string[] settings = ["-c", "core.autocrlf=false", "-c", "core.hooksPath=/dev/null", "-c", "commit.gpgSign=false", "-c", "core.fsmonitor=false"];
        foreach (var argument in settings.Concat(arguments))
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var inherited in start.Environment.Keys.Where(name => name.StartsWith("GIT_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(inherited);
        }

        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        start.Environment["GIT_CONFIG_GLOBAL"] = OperatingSystem.IsWindows() ? "NUL" : "/dev/null";
        start.Environment["GIT_TERMINAL_PROMPT"] = "0";
        start.Environment["GIT_AUTHOR_NAME"] = start.Environment["GIT_COMMITTER_NAME"] = "Lakehouse demo";
        start.Environment["GIT_AUTHOR_EMAIL"] = start.Environment["GIT_COMMITTER_EMAIL"] = "demo@lakehouse.invalid";
        start.Environment["GIT_AUTHOR_DATE"] = start.Environment["GIT_COMMITTER_DATE"] = Date;

        using var process = Start(start);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(stop);
        var error = process.StandardError.ReadToEndAsync(stop);
        try
        {
            await process.WaitForExitAsync(stop);
            await output;
            return (process.ExitCode, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception missing)
        {
            throw new EngineException($"git could not be started ({missing.Message}). Install it: `apt-get install git` (Debian, Ubuntu), `brew install git` (macOS), or https://git-scm.com.");
        }
    }
}
