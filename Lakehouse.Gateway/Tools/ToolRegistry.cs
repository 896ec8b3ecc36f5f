using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace Lakehouse.Gateway.Tools;

/// <summary>Every tool of this gateway by name.</summary>
internal sealed partial class ToolRegistry
{
    private readonly FrozenDictionary<string, (ITool Tool, ToolSchema Schema)> _byName;

    /// <exception cref="InvalidOperationException">A name that no model could call, or that two tools have.</exception>
    public ToolRegistry(IEnumerable<ITool> tools)
    {
        var byName = new Dictionary<string, (ITool, ToolSchema)>(StringComparer.Ordinal);
        foreach (var tool in tools)
        {
            if (!Names().IsMatch(tool.Name) || tool.Name == ToolAudit.Path || !byName.TryAdd(tool.Name, (tool, new ToolSchema(tool.Parameters))))
            {
                throw new InvalidOperationException($"A tool is named '{tool.Name}'; accepted is a name of its own of 1 to 54 lower case letters, digits and underscores, other than {ToolAudit.Path}.");
            }
        }

        _byName = byName.ToFrozenDictionary(StringComparer.Ordinal);
        All = [.. byName.Values.Select(entry => entry.Item1).OrderBy(tool => tool.Name, StringComparer.Ordinal)];
    }

    /// <summary>By name.</summary>
    public IReadOnlyList<ITool> All { get; }

    public (ITool Tool, ToolSchema Schema)? Find(string name) => _byName.TryGetValue(name, out var found) ? found : null;

    [GeneratedRegex("^[a-z0-9_]{1,54}$", RegexOptions.NonBacktracking)]
    private static partial Regex Names();
}
