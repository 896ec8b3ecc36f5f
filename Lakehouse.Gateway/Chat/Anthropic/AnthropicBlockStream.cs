using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Providers.Claude;

namespace Lakehouse.Gateway.Chat.Anthropic;

/// <summary>
/// Deltas as blocks, of which one is open at a time: Anthropic's clients take a block that stopped for complete. What belongs to
/// another block waits while the open one is a tool call without all of its arguments.
/// </summary>
internal sealed class AnthropicBlockStream(string requestId)
{
    private readonly List<Block> _waiting = [];
    private readonly HashSet<int> _calls = [];
    private Block? _open;
    private int _next;

    public void Write(List<ServerEvent> events, JsonObject delta)
    {
        foreach (var piece in AnthropicPieces.Of(delta, requestId))
        {
            Place(events, piece);
            while (_waiting.Count > 0 && _open is not { IsWhole: false })
            {
                OpenNext(events);
            }
        }
    }

    public void End(List<ServerEvent> events)
    {
        while (_waiting.Count > 0)
        {
            OpenNext(events);
        }

        Close(events);
    }

    private void Place(List<ServerEvent> events, Piece piece)
    {
        if (_waiting.FirstOrDefault(block => block.Takes(piece) && (piece.Kind == "tool_use" || block == _waiting[^1])) is { } waiting)
        {
            waiting.Add(piece);
        }
        else if (_open is { } open && open.Takes(piece) && (piece.Kind == "tool_use" || _waiting.Count == 0))
        {
            open.Add(piece);
            Send(events, open);
        }
        else if (piece.Kind != "tool_use" || _calls.Add(piece.Key))
        {
            // a call that is closed had all of its arguments: what a vendor repeats of it has no place
            _waiting.Add(new(piece));
        }
    }

    private void OpenNext(List<ServerEvent> events)
    {
        Close(events);
        (_open, _waiting[0]) = (_waiting[0], null!);
        _waiting.RemoveAt(0);
        events.Add(AnthropicStream.Event("content_block_start", new() { ["index"] = _next, ["content_block"] = _open.Start }));
        Send(events, _open);
    }

    private void Send(List<ServerEvent> events, Block block)
    {
        foreach (var delta in block.Take())
        {
            events.Add(AnthropicStream.Event("content_block_delta", new() { ["index"] = _next, ["delta"] = delta }));
        }
    }

    private void Close(List<ServerEvent> events)
    {
        if (_open is not null)
        {
            events.Add(AnthropicStream.Event("content_block_stop", new() { ["index"] = _next++ }));
            _open = null;
        }
    }

    private sealed class Block(Piece first)
    {
        private readonly List<JsonObject> _deltas = first.Delta is null ? [] : [first.Delta];
        private readonly StringBuilder _arguments = new(first.Delta.Text("partial_json"));
        private bool _signed = first.Delta.Text("signature") is not null;

        public JsonObject Start => first.Start;

        public bool IsWhole => first.Kind != "tool_use" || IsObject(_arguments.ToString());

        public bool Takes(Piece piece) => piece.Delta is not null && piece.Kind == first.Kind && piece.Key == first.Key && !(_signed && piece.Kind == "thinking");

        public void Add(Piece piece)
        {
            _deltas.Add(piece.Delta!);
            _arguments.Append(piece.Delta.Text("partial_json"));
            _signed |= piece.Delta.Text("signature") is not null;
        }

        public List<JsonObject> Take()
        {
            List<JsonObject> taken = [.. _deltas];
            _deltas.Clear();
            return taken;
        }

        private static bool IsObject(string json)
        {
            try
            {
                return JsonNode.Parse(json) is JsonObject;
            }
            catch (JsonException)
            {
                return false;
            }
        }
    }
}
