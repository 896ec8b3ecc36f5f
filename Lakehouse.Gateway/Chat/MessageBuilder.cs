using System.Text;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Providers;

namespace Lakehouse.Gateway.Chat;

/// <summary>The assistant's message, put together again from the deltas of a stream.</summary>
internal sealed class MessageBuilder
{
    private readonly Dictionary<string, StringBuilder> _texts = new(StringComparer.Ordinal);
    private readonly SortedDictionary<int, (JsonObject Call, StringBuilder Arguments)> _calls = [];
    private readonly JsonArray _details = [];

    public void Add(ModelChunk chunk)
    {
        if (chunk.Text is { } text)
        {
            Text("content").Append(text);
        }
        else
        {
            Add(chunk.Delta);
        }
    }

    private void Add(JsonObject? delta)
    {
        foreach (var (name, value) in delta ?? [])
        {
            if (name is "content" or "reasoning_content" or "refusal" && value is JsonValue text && text.TryGetValue(out string? piece))
            {
                Text(name).Append(piece);
            }
            else if (name == "tool_calls" && value is JsonArray calls)
            {
                calls.OfType<JsonObject>().ToList().ForEach(Call);
            }
            else if (name == "reasoning_details" && value is JsonArray details)
            {
                details.ToList().ForEach(detail => _details.Add(detail?.DeepClone()));
            }
        }
    }

    private StringBuilder Text(string name) => _texts.TryGetValue(name, out var known) ? known : _texts[name] = new();

    public JsonObject Build()
    {
        var message = new JsonObject { ["role"] = "assistant", ["content"] = _texts.TryGetValue("content", out var content) ? content.ToString() : _calls.Count > 0 ? null : "" };
        foreach (var (name, text) in _texts.Where(text => text.Key != "content"))
        {
            message[name] = text.ToString();
        }

        if (_details.Count > 0)
        {
            message["reasoning_details"] = _details.DeepClone();
        }

        if (_calls.Count > 0)
        {
            message["tool_calls"] = new JsonArray([.. _calls.Values.Select(Finished)]);
        }

        return message;
    }

    private static JsonNode Finished((JsonObject Call, StringBuilder Arguments) one)
    {
        var call = one.Call.DeepClone().AsObject();
        call.Remove("index");
        (call["function"] ??= new JsonObject())["arguments"] = one.Arguments.ToString();
        return call;
    }

    private void Call(JsonObject delta)
    {
        var index = delta["index"] is JsonValue value && value.TryGetValue(out int given) ? given : _calls.Count;
        if (!_calls.TryGetValue(index, out var known))
        {
            _calls[index] = known = (delta.DeepClone().AsObject(), new StringBuilder());
        }

        known.Arguments.Append(delta["function"]?["arguments"]?.ToString());
        foreach (var (name, part) in delta)
        {
            if (name is not ("index" or "function") && part is not null)
            {
                known.Call[name] = part.DeepClone();
            }
        }
    }
}
