using System.Text;
using System.Text.Json.Nodes;

namespace Lakehouse.Gateway.Providers.Gemini;

/// <summary>
/// What a reply says about its answer: citations, ratings, grounding. It goes along in <c>extra_content.google</c>, as Gemini spells it, and
/// citations are OpenAI's annotations too. One per reply, whole or streamed. Source: https://ai.google.dev/api/generate-content#candidate.
/// </summary>
internal sealed class GeminiMetadata
{
    private const string Citations = "citationMetadata";
    private static readonly string[] Mapped = ["content", "finishReason", "index", "logprobsResult"];
    private static readonly string[] Sources = ["citationSources", "citations"];

    private readonly JsonObject _said = [];
    private readonly JsonArray _citations = [];
    private readonly StringBuilder _text = new();

    public void Add(JsonObject reply, JsonObject candidate, string? text)
    {
        _text.Append(text);
        if (reply["promptFeedback"] is JsonObject { Count: > 0 } feedback)
        {
            _said["promptFeedback"] = feedback.DeepClone();
        }

        foreach (var (name, value) in candidate)
        {
            if (name == Citations)
            {
                Cite(value);
            }
            else if (!Mapped.Contains(name) && value is not (null or JsonArray { Count: 0 } or JsonObject { Count: 0 }))
            {
                // the later chunk knows more
                _said[name] = value.DeepClone();
            }
        }
    }

    public JsonObject Extra(string nativeFinish)
    {
        var google = _said.DeepClone().AsObject();
        if (_citations.Count > 0)
        {
            google[Citations] = new JsonObject { [Sources[0]] = _citations.DeepClone() };
        }

        var extra = new JsonObject { ["native_finish_reason"] = nativeFinish };
        if (google.Count > 0)
        {
            extra["extra_content"] = new JsonObject { ["google"] = google };
        }

        return extra;
    }

    /// <returns>Null where nothing with an address is cited.</returns>
    public JsonArray? Annotations()
    {
        var text = Encoding.UTF8.GetBytes(_text.ToString());
        var annotations = _citations.OfType<JsonObject>().Where(source => source.Text("uri") is not null).Select(source => (JsonNode)new JsonObject
        {
            ["type"] = "url_citation",
            ["url_citation"] = new JsonObject
            {
                ["start_index"] = Characters(text, source.Count("startIndex") ?? 0), ["end_index"] = Characters(text, source.Count("endIndex") ?? text.Length),
                ["title"] = source.Text("title") ?? "", ["url"] = source.Text("uri"),
            },
        }).ToArray();
        return annotations.Length > 0 ? new(annotations) : null;
    }

    // chunks repeat what earlier ones cited
    private void Cite(JsonNode? metadata)
    {
        foreach (var source in Sources.SelectMany(name => metadata.Objects(name)).Where(source => !_citations.Any(known => JsonNode.DeepEquals(known, source))))
        {
            _citations.Add(source.DeepClone());
        }
    }

    // Google counts bytes
    private static int Characters(byte[] text, long bytes) => Encoding.UTF8.GetCharCount(text, 0, (int)Math.Clamp(bytes, 0, text.Length));
}
