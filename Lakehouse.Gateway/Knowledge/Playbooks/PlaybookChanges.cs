using System.Text.Json;
using System.Text.Json.Nodes;
using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.Gateway.Knowledge.Playbooks;

/// <summary>Collects which fields change, and what they were: the history loses nothing.</summary>
internal sealed class PlaybookChanges
{
    private readonly List<string> _fields = [];

    public IReadOnlyList<string> Fields => _fields;

    public JsonObject Before { get; } = [];

    /// <returns><paramref name="next"/>.</returns>
    public T Of<T>(string field, T before, T next)
    {
        var (was, becomes) = (Node(before), Node(next));
        if (!JsonNode.DeepEquals(was, becomes))
        {
            _fields.Add(field);
            Before[field] = was;
        }

        return next;
    }

    private static JsonNode? Node<T>(T value) => JsonSerializer.SerializeToNode(value, LakehouseJson.Options);
}
