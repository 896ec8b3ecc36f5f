using System.Text.Json.Nodes;
using Lakehouse.Gateway.Providers.Upstream;

namespace Lakehouse.Gateway.Providers.OpenAi;

/// <summary>Gives tool calls what compatible servers forget and every client needs: an id, a type, and in streams an index.</summary>
internal sealed class OpenAiToolCalls
{
    // by the server's index: our index and the id of the call that is being sent
    private readonly Dictionary<long, (int Index, string? Id)> _open = [];
    private int _count;
    private long _last;

    /// <summary>Of a whole message.</summary>
    public static void Complete(JsonArray calls)
    {
        foreach (var call in calls.OfType<JsonObject>())
        {
            Begin(call);
        }
    }

    /// <summary>Of one delta of a stream.</summary>
    public void Number(JsonArray calls)
    {
        foreach (var call in calls.OfType<JsonObject>())
        {
            var (id, given) = (call.Text("id"), call.Count("index"));
            // without an index, an id or else a name begins a call and its absence continues the last one
            var anonymous = given is null && id is null && call.Object("function")?.Text("name") is not null;
            var theirs = given ?? (anonymous || (id is not null && _open.GetValueOrDefault(_last).Id != id) ? _count : _last);
            if (!_open.TryGetValue(theirs, out var known) || (id is not null && id != known.Id))
            {
                // some servers give each of several whole calls the index 0
                known = (_count++, id);
                _open[theirs] = known;
                Begin(call);
            }

            _last = theirs;
            call["index"] = known.Index;
        }
    }

    private static void Begin(JsonObject call)
    {
        if (call.Text("id") is null)
        {
            call["id"] = $"call_{Guid.NewGuid():N}";
        }

        if (call.Text("type") is null)
        {
            call["type"] = "function";
        }
    }
}
