using System.Collections.Frozen;

namespace Lakehouse.BotWorker.Forges;

/// <summary>The forges by name; an unknown name is refused when the worker starts.</summary>
internal sealed class ForgeCatalog(IEnumerable<IForge> forges)
{
    private readonly FrozenDictionary<string, IForge> _byName = forges.ToFrozenDictionary(forge => forge.Name, StringComparer.OrdinalIgnoreCase);

    public IForge Get(string name) => _byName.TryGetValue(name, out var forge)
        ? forge
        : throw new InvalidOperationException($"Bot:Forge is '{name}'; accepted are {string.Join(", ", _byName.Keys.Order(StringComparer.Ordinal))}.");
}
