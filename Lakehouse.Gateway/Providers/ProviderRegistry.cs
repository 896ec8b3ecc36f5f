using System.Collections.Frozen;

namespace Lakehouse.Gateway.Providers;

/// <summary>The adapters by kind.</summary>
internal sealed class ProviderRegistry(IEnumerable<IModelProvider> adapters)
{
    private readonly FrozenDictionary<string, IModelProvider> _byKind = adapters.ToFrozenDictionary(adapter => adapter.Kind, StringComparer.Ordinal);

    public IModelProvider this[ProviderConfig provider] => _byKind[provider.Kind];
}
