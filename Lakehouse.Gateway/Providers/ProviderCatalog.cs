using Lakehouse.Gateway.Configuration;

namespace Lakehouse.Gateway.Providers;

/// <summary>The configured providers by name, for routes that know the first two only.</summary>
internal sealed class ProviderCatalog(ConfigStore store)
{
    public const string Ollama = "ollama";
    public const string OllamaCloud = "ollama_cloud";

    public static readonly IReadOnlyList<string> Known = [Ollama, OllamaCloud];

    public ProviderConfig this[string name] => store.Current.Providers[name];
}
