using System.Collections.Frozen;

namespace Lakehouse.Gateway.Configuration;

/// <summary>Other names of the shipped providers.</summary>
internal static class ProviderAliases
{
    private static readonly (string Alias, string Provider)[] Known = [("cloud", "ollama_cloud"), ("anthropic", "claude"), ("google", "gemini")];

    /// <summary>A provider that is configured under such a name keeps it for itself.</summary>
    public static FrozenDictionary<string, string> Of(IReadOnlyCollection<string> providers)
    {
        var names = providers.ToDictionary(name => name, StringComparer.Ordinal);
        foreach (var (alias, provider) in Known.Where(known => providers.Contains(known.Provider)))
        {
            names.TryAdd(alias, provider);
        }

        return names.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
