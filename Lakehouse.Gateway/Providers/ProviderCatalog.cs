using System.Collections.Frozen;

namespace Lakehouse.Gateway.Providers;

/// <summary>The configured providers by name.</summary>
internal sealed class ProviderCatalog(IReadOnlyList<ProviderConfig> providers)
{
    public const string Ollama = "ollama";
    public const string OllamaCloud = "ollama_cloud";

    public static readonly IReadOnlyList<string> Known = [Ollama, OllamaCloud];

    private readonly FrozenDictionary<string, ProviderConfig> _byName = providers.ToFrozenDictionary(provider => provider.Name, StringComparer.Ordinal);

    public ProviderConfig this[string name] => _byName[name];
}
