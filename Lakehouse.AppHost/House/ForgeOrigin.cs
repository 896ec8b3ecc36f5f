using System.Diagnostics;
using Lakehouse.AppHost.Engines;
using Lakehouse.BotWorker.Forges.Remote;
using Microsoft.Extensions.Configuration;

namespace Lakehouse.AppHost.House;

/// <summary>What is not set of a forge, the target's remote <c>origin</c> must tell. Asked at start, and not when the first cycle would fail.</summary>
internal static class ForgeOrigin
{
    private const string GitHubApi = "https://api.github.com";

    public static async Task RequireAsync(HouseOptions options, IConfiguration configuration)
    {
        if (options.Forge == "local")
        {
            return;
        }

        var origin = options.Target is { } target ? await UrlAsync(Path.GetFullPath(target)) : null;
        var remote = RemoteAddress.Parse(origin);
        var section = options.Forge == "gitea" ? "Gitea" : "GitHub";
        (string Key, string? Told)[] needed = [("Url", section == "Gitea" ? remote?.Server : ApiOf(remote)), ("Owner", remote?.Owner), ("Repository", remote?.Repository)];
        var missing = needed
            // the worker reads its own names from our environment
            .Where(need => need.Told is null && !options.ForgeSettings.ContainsKey($"{section}:{need.Key}") && string.IsNullOrWhiteSpace(configuration[$"Bot:{section}:{need.Key}"]))
            .Select(need => $"{HouseSettings.Section}:{section}:{need.Key}").ToList();
        if (missing.Count > 0)
        {
            throw new EngineException($"{string.Join(" and ", missing)} {(missing.Count == 1 ? "is" : "are")} not set, and {Why(options.Target, origin)}. {HouseSettings.Section}:Forge is '{options.Forge}', which needs to know where drafts are opened.");
        }
    }

    // an Enterprise Server's API is not where its pages are
    private static string? ApiOf(RemoteAddress? remote) =>
        remote?.Server is { } server && !new Uri(server).Host.Equals("github.com", StringComparison.OrdinalIgnoreCase) ? null : GitHubApi;

    private static string Why(string? target, string? origin) => (target, origin) switch
    {
        (null, _) => "the demo has no remote 'origin' that would tell",
        (_, null) => $"{target} has no remote 'origin' that would tell",
        _ => $"the remote 'origin' of {target} does not tell",
    };

    private static async Task<string?> UrlAsync(string target)
    {
        // as the worker asks: the folder was named by the person, and nothing else of this machine's git is used
        var start = new ProcessStartInfo("git", ["-c", $"safe.directory={target}", "config", "--get", "remote.origin.url"])
        {
            WorkingDirectory = target, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        foreach (var inherited in start.Environment.Keys.Where(name => name.StartsWith("GIT_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(inherited);
        }

        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        start.Environment["GIT_CONFIG_GLOBAL"] = OperatingSystem.IsWindows() ? "NUL" : "/dev/null";
        using var git = Process.Start(start)!;
        var url = await git.StandardOutput.ReadToEndAsync();
        await git.WaitForExitAsync();
        return git.ExitCode == 0 && url.Trim() is { Length: > 0 } told ? told : null;
    }
}
