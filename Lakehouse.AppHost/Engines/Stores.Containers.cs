using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Lakehouse.AppHost.House;

namespace Lakehouse.AppHost.Engines;

// Compiled only with Aspire's packages. A container resource that no runtime can start waits for ever,
// so the runtime is asked before one is added.
internal static partial class Stores
{
    private static readonly Lazy<bool> ContainersRun = new(() => new[] { Environment.GetEnvironmentVariable("ASPIRE_CONTAINER_RUNTIME"), "docker", "podman" }
        .OfType<string>().Where(runtime => runtime.Length > 0).Any(Answers));

    static partial void AddPostgresContainer(IDistributedApplicationBuilder builder, HouseSettings house, ref IResourceBuilder<IResourceWithConnectionString>? store)
    {
        if (ContainersRun.Value)
        {
            // where Aspire looks for a password before it makes a new one, which would not open yesterday's volume
            builder.Configuration["Parameters:postgres-password"] = house.Keys.Stores;
            store = builder.AddPostgres("postgres").WithDataVolume(VolumeName(house, "postgres")).AddDatabase(PostgresEngine.Database);
        }
    }

    static partial void AddRedisContainer(IDistributedApplicationBuilder builder, HouseSettings house, ref IResourceBuilder<IResourceWithConnectionString>? store)
    {
        if (ContainersRun.Value)
        {
            builder.Configuration["Parameters:redis-password"] = house.Keys.Stores;
            // appendonly: a budget that was spent must not come back after a crash
            store = builder.AddRedis("redis").WithDataVolume(VolumeName(house, "redis")).WithArgs("--appendonly", "yes");
        }
    }

    /// <summary>Volumes belong to a data folder, as the engines' files do.</summary>
    private static string VolumeName(HouseSettings house, string store) => $"lakehouse-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(house.Folder)))[..8]}-{store}";

    private static bool Answers(string runtime)
    {
        if (Programs.Find(runtime) is not { } program)
        {
            return false;
        }

        // `info` asks the engine itself: a client alone on PATH is no runtime
        using var process = Process.Start(new ProcessStartInfo(program, "info") { RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        if (process.WaitForExit(TimeSpan.FromSeconds(5)))
        {
            return process.ExitCode == 0;
        }

        process.Kill(entireProcessTree: true);
        return false;
    }
}
