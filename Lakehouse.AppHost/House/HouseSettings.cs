using System.Security.Cryptography;
using System.Text;
using Lakehouse.AppHost.Demo;
using Lakehouse.AppHost.Engines;
using Microsoft.Extensions.Configuration;

namespace Lakehouse.AppHost.House;

/// <summary>What the person set (section <c>Lakehouse</c> of arguments and environment), checked, and the opened data folder.</summary>
internal sealed class HouseSettings : IDisposable
{
    public const string Section = "Lakehouse";

    private readonly DataFolder _data;

    private HouseSettings(DataFolder data, HouseKeys keys, HouseOptions options, string target, string? testCommand) =>
        (_data, Keys, Options, Target, TestCommand) = (data, keys, options, target, testCommand);

    public HouseKeys Keys { get; }

    public HouseOptions Options { get; }

    /// <summary>The checkout that the bot works on.</summary>
    public string Target { get; }

    public string? TestCommand { get; }

    public string Folder => _data.Path;

    public string In(string name) => _data.In(name);

    public static async Task<HouseSettings> OpenAsync(IConfiguration configuration, string appHostFolder)
    {
        var options = HouseOptions.Read(configuration);
        Programs.RequireGit();
        await ForgeOrigin.RequireAsync(options, configuration);
        var data = DataFolder.Open(options.DataFolder ?? DefaultDataFolder(appHostFolder));
        try
        {
            var keys = HouseKeys.ReadOrMake(data.In("keys.json"));
            if (options.Target is { } target)
            {
                return new HouseSettings(data, keys, options, Path.GetFullPath(target), options.TestCommand);
            }

            await DemoTarget.EnsureAsync(data.In("demo-target"), CancellationToken.None);
            return new HouseSettings(data, keys, options, data.In("demo-target"), options.TestCommand ?? DemoTarget.TestCommand);
        }
        catch
        {
            data.Dispose();
            throw;
        }
    }

    public void Dispose() => _data.Dispose();

    /// <summary>One folder per checkout: two checkouts of the same name differ in the hash of their path.</summary>
    private static string DefaultDataFolder(string appHostFolder)
    {
        var checkout = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(appHostFolder)))!;
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(checkout)))[..8];
        var home = Environment.GetEnvironmentVariable("XDG_DATA_HOME") is { Length: > 0 } xdg
            ? xdg
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "share");
        return Path.Combine(home, "lakehouse", $"{Path.GetFileName(checkout)}-{hash}");
    }
}
