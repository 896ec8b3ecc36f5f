using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CliWrap;
using Lakehouse.BotWorker.Cycles;
using Lakehouse.BotWorker.Git;
using Lakehouse.BotWorker.Sandbox;
using Lakehouse.ServiceDefaults.Contracts;
using Microsoft.Extensions.Options;

namespace Lakehouse.BotWorker.Judgement;

/// <summary>
/// Keeps baselines for later cycles on the same commit, each with the home that its run left (packages, caches). Every run of a
/// proposal's tests begins with a copy of that home, so that no try sees what another one's code wrote.
/// </summary>
internal sealed class BaselineStore(CycleFolders folders, IOptions<BotOptions> options)
{
    /// <summary>A cycle that waits may need that of an older commit.</summary>
    private const int MostKept = 4;

    public string KeyOf(string repository, string baseSha, TestCommand command)
    {
        var (sandbox, limit) = (options.Value.Sandbox, options.Value.TestTimeLimit);
        var what = string.Create(CultureInfo.InvariantCulture, $"{repository}\n{baseSha}\n{command.Display}\n{limit}\n{sandbox.Network} {sandbox.BaselineNetwork} {sandbox.MemoryMb} {sandbox.Processes} {sandbox.OutputMb}\n{Isolations.Best}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(what)))[..24];
    }

    /// <returns>Null where there is none, or it proved nothing, which may be the machine's fault and not the commit's.</returns>
    public async Task<Baseline?> FindAsync(string key, CancellationToken cancellationToken)
    {
        var file = FileOf(key);
        if (!File.Exists(file))
        {
            return null;
        }

        var kept = JsonSerializer.Deserialize<Baseline>(await File.ReadAllTextAsync(file, cancellationToken), LakehouseJson.Options);
        return kept is { Tests.Passed: > 0 } ? kept with { Reused = true } : null;
    }

    /// <summary>Takes the cycle's home away with it.</summary>
    public async Task KeepAsync(Baseline baseline, string cycleId, CancellationToken cancellationToken)
    {
        var (place, home) = (Path.Combine(folders.Baselines, baseline.Key), folders.Home(cycleId));
        var made = $"{place}.{cycleId}";
        Remove(place);
        Remove(made);
        Remove(Path.Combine(home, "tmp"));
        Directory.CreateDirectory(made);
        Directory.Move(home, Path.Combine(made, "home"));
        await File.WriteAllTextAsync(Path.Combine(made, "baseline.json"), JsonSerializer.Serialize(baseline, LakehouseJson.Options), cancellationToken);
        // whole or not at all
        Directory.Move(made, place);
        foreach (var old in new DirectoryInfo(folders.Baselines).EnumerateDirectories().OrderByDescending(folder => folder.CreationTimeUtc).Skip(MostKept))
        {
            Remove(old.FullName);
        }
    }

    /// <summary>HOME for one run of a cycle's tests, as the baseline left it.</summary>
    public async Task<string> FreshHomeAsync(string cycleId, string? key, CancellationToken cancellationToken)
    {
        var home = folders.Home(cycleId);
        Remove(home);
        Directory.CreateDirectory(home);
        var kept = key is null ? "" : Path.Combine(folders.Baselines, key, "home");
        if (!OperatingSystem.IsWindows() && Directory.Exists(kept) && Directory.EnumerateFileSystemEntries(kept).Any())
        {
            // knows links, pipes, modes and copy-on-write; on Windows there is none, and packages are loaded again
            await Cli.Wrap("cp").WithArguments(["-a", "--", kept + "/.", home]).ExecuteAsync(cancellationToken);
        }

        return home;
    }

    private string FileOf(string key) => Path.Combine(folders.Baselines, key, "baseline.json");

    private static void Remove(string folder)
    {
        if (Directory.Exists(folder))
        {
            WorktreeFolder.Delete(folder);
        }
    }
}
