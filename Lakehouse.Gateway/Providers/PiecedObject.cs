using System.Text;
using System.Text.Json.Nodes;

namespace Lakehouse.Gateway.Providers;

/// <summary>An object that a stream sends in pieces: the fields that grow are continued, every other is as it was said last.</summary>
internal sealed class PiecedObject
{
    private static readonly string[] Growing = ["arguments", "text", "summary", "data", "transcript"];

    private readonly JsonObject _fields = [];
    private readonly Dictionary<string, StringBuilder> _texts = new(StringComparer.Ordinal);

    public void Add(JsonObject piece)
    {
        foreach (var (name, value) in piece)
        {
            var text = value is JsonValue said && said.TryGetValue(out string? found) ? found : null;
            if (text is not null && Growing.Contains(name))
            {
                if (!_texts.TryGetValue(name, out var known))
                {
                    _texts[name] = known = new StringBuilder();
                    // holds the place
                    _fields[name] = null;
                }

                known.Append(text);
            }
            else if (value is not null && !(text is "" && _fields.ContainsKey(name)))
            {
                _fields[name] = value.DeepClone();
            }
        }
    }

    /// <summary>What does not grow.</summary>
    public JsonObject Said => _fields;

    public JsonObject Build()
    {
        var built = _fields.DeepClone().AsObject();
        foreach (var (name, text) in _texts)
        {
            built[name] = text.ToString();
        }

        return built;
    }
}
