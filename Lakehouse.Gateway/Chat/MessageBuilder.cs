using System.Text;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Providers;

namespace Lakehouse.Gateway.Chat;

/// <summary>The assistant's message, put together again from the deltas of a stream: every field of theirs is in it.</summary>
internal sealed class MessageBuilder
{
    private readonly Dictionary<string, StringBuilder> _texts = new(StringComparer.Ordinal);
    private StringBuilder? _content;
    private readonly SortedDictionary<int, (PiecedObject Call, PiecedObject Function)> _calls = [];
    private readonly Dictionary<string, PiecedObject> _objects = new(StringComparer.Ordinal);
    private readonly ReasoningPieces _details = new();
    private readonly JsonArray _parts = [];
    private readonly JsonObject _others = [];

    public void Add(ModelChunk chunk)
    {
        if (chunk.Text is { } text)
        {
            Text().Append(text);
        }
        else
        {
            Add(chunk.Delta);
        }
    }

    public JsonObject Build()
    {
        var message = new JsonObject { ["role"] = "assistant", ["content"] = Content() };
        foreach (var (name, text) in _texts)
        {
            message[name] = text.ToString();
        }

        if (_details.Count > 0)
        {
            message["reasoning_details"] = _details.Build();
        }

        if (_calls.Count > 0)
        {
            message["tool_calls"] = new JsonArray([.. _calls.Values.Select(Finished)]);
        }

        foreach (var (name, pieces) in _objects)
        {
            message[name] = pieces.Build();
        }

        foreach (var (name, value) in _others)
        {
            message[name] = value?.DeepClone();
        }

        return message;
    }

    private void Add(JsonObject? delta)
    {
        foreach (var (name, value) in delta ?? [])
        {
            switch (name, value)
            {
                case (_, null) or ("role", _):
                    break;
                case ("tool_calls", JsonArray calls):
                    calls.OfType<JsonObject>().ToList().ForEach(Call);
                    break;
                case ("reasoning_details", JsonArray details):
                    _details.Add(details);
                    break;
                case ("content", JsonArray parts):
                    TakeText();
                    parts.ToList().ForEach(part => _parts.Add(part?.DeepClone()));
                    break;
                case (_, JsonArray items):
                    Append(name, items);
                    break;
                case (_, JsonObject piece):
                    (_objects.TryGetValue(name, out var known) ? known : _objects[name] = new()).Add(piece);
                    break;
                case (_, JsonValue text) when text.TryGetValue(out string? piece):
                    Text(name).Append(piece);
                    break;
                default:
                    _others[name] = value.DeepClone();
                    break;
            }
        }
    }

    // beside the other texts: nearly every chunk adds to it
    private StringBuilder Text() => _content ??= new StringBuilder(256);

    private StringBuilder Text(string name) => name == "content" ? Text() : _texts.TryGetValue(name, out var known) ? known : _texts[name] = new();

    // a list of parts, which some servers send between texts, keeps its place among them
    private void TakeText()
    {
        if (_content is { Length: > 0 } text)
        {
            _parts.Add((JsonNode)new JsonObject { ["type"] = "text", ["text"] = text.ToString() });
        }

        _content = null;
    }

    private JsonNode? Content()
    {
        if (_parts.Count == 0)
        {
            return _content is { } content ? content.ToString() : _calls.Count > 0 ? null : "";
        }

        TakeText();
        return _parts.DeepClone();
    }

    // images, annotations and blocks come whole; some servers repeat them with every chunk
    private void Append(string name, JsonArray items)
    {
        var list = _others[name] as JsonArray ?? [];
        foreach (var item in items.Where(item => !list.Any(known => JsonNode.DeepEquals(known, item))))
        {
            list.Add(item?.DeepClone());
        }

        _others[name] = list;
    }

    private void Call(JsonObject delta)
    {
        var index = delta["index"] is JsonValue value && value.TryGetValue(out int given) ? given : _calls.Count;
        if (!_calls.TryGetValue(index, out var known))
        {
            _calls[index] = known = (new(), new());
        }

        known.Call.Add(delta);
        known.Function.Add(delta["function"] as JsonObject ?? []);
    }

    private static JsonNode Finished((PiecedObject Call, PiecedObject Function) one)
    {
        var (call, function) = (one.Call.Build(), one.Function.Build());
        call.Remove("index");
        // OpenAI carries arguments as JSON in a string
        function["arguments"] = function["arguments"]?.ToString() ?? "";
        call["function"] = function;
        return call;
    }
}
