using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Lakehouse.Gateway.Providers;

namespace Lakehouse.Gateway.Configuration;

/// <summary>Where the two files are, and how they become a configuration.</summary>
internal sealed class ConfigFiles(string providers, string routing, IConfiguration overrides)
{
    public string Providers { get; } = providers;

    public string Routing { get; } = routing;

    /// <summary><c>Providers:File</c> and <c>Routing:File</c>, or those in <c>config/</c>: of the checkout, else beside the program.</summary>
    public static ConfigFiles Of(IConfiguration configuration, string contentRoot)
    {
        return new(File("Providers:File", "providers.toml"), File("Routing:File", "routing.toml"), configuration);

        string File(string setting, string name)
        {
            if (configuration[setting] is { Length: > 0 } chosen)
            {
                return Path.GetFullPath(chosen, contentRoot);
            }

            var own = Path.Combine(contentRoot, "config", name);
            return System.IO.File.Exists(own) ? own : Path.Combine(AppContext.BaseDirectory, "config", name);
        }
    }

    public ConfigText Read() => new(FileText.Read(Providers), FileText.Read(Routing));

    /// <exception cref="ConfigException">With every fault of both files.</exception>
    public GatewayConfig Parse(ConfigText text, DateTimeOffset now)
    {
        var faults = new ConfigFaults();
        var configured = text.Providers.Parse(faults) is { } file
            ? new ProvidersFile(file, overrides, faults).Read().ToFrozenDictionary(provider => provider.Name, StringComparer.Ordinal)
            : null;
        var chains = text.Routing.Parse(faults) is { } rules ? new RoutingFile(rules, configured, faults).Read() : null;
        faults.ThrowIfAny();
        return new(configured!, ProviderAliases.Of(configured!.Keys), chains!, text.Version, now);
    }
}

/// <summary>Both files as they were at one moment.</summary>
internal sealed record ConfigText(FileText Providers, FileText Routing)
{
    private const int VersionLength = 12;

    /// <summary>Names the content; the same text has the same version.</summary>
    public string Version { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        $"{Providers.Text ?? Providers.Problem}\0{Routing.Text ?? Routing.Problem}")))[..VersionLength];
}
