using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Lakehouse.Gateway.Providers.Claude;

/// <summary>The blocks of a streamed reply, put together again.</summary>
internal sealed class ClaudeBlocks
{
    private readonly SortedDictionary<long, Building> _blocks = [];

    /// <param name="place">Place among the tool calls, or among the details of reasoning.</param>
    public void Start(long index, JsonObject block, int place) => _blocks[index] = new(block, place);

    /// <returns>The block that the delta belongs to.</returns>
    public Building Add(long index, JsonObject delta)
    {
        var block = _blocks.GetValueOrDefault(index) ?? throw new ProviderException(ProviderFailure.Protocol, "Claude continued a block that it had not begun.");
        block.Add(delta);
        return block;
    }

    public Building? Find(long index) => _blocks.GetValueOrDefault(index);

    public JsonArray ToContent() => new([.. _blocks.Values.Select(block => block.Whole())]);

    internal sealed class Building(JsonObject start, int place)
    {
        private readonly StringBuilder _text = new();
        private readonly StringBuilder _json = new();
        private readonly JsonArray _citations = [];
        private string? _signature;

        public string? Type { get; } = start.Text("type");

        public int Place => place;

        /// <summary>Of a tool call: whether its arguments were sent.</summary>
        public bool HasInput => _json.Length > 0 || start["input"] is JsonObject { Count: > 0 };

        public void Add(JsonObject delta)
        {
            _text.Append(delta.Text("text") ?? delta.Text("thinking"));
            _json.Append(delta.Text("partial_json"));
            _signature = delta.Text("signature") ?? _signature;
            if (delta["citation"] is { } citation)
            {
                _citations.Add(citation.DeepClone());
            }
        }

        public JsonNode Whole()
        {
            var block = start.DeepClone();
            if (Type is "text" or "thinking")
            {
                block[Type] = block.Text(Type) + _text;
            }

            if (_signature is not null)
            {
                block["signature"] = _signature;
            }

            if (_citations.Count > 0)
            {
                block["citations"] = _citations.DeepClone();
            }

            if (_json.Length > 0)
            {
                block["input"] = Input();
            }

            return block;
        }

        private JsonNode? Input()
        {
            try
            {
                return JsonNode.Parse(_json.ToString());
            }
            catch (JsonException)
            {
                // the output limit may cut arguments off; what there is of them is kept as Anthropic's documentation says
                return new JsonObject { ["INVALID_JSON"] = _json.ToString() };
            }
        }
    }
}
