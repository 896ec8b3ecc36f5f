using System.Text.Json.Nodes;
using Lakehouse.Gateway.Providers.Claude;

namespace Lakehouse.Gateway.Providers;

/// <summary>
/// OpenRouter's <c>reasoning_details</c>, which a stream sends in pieces: those of one index and type are one detail, whose text
/// comes before its signature. Vendors take back whole details only.
/// </summary>
internal sealed class ReasoningPieces
{
    private readonly List<PiecedObject> _details = [];

    public int Count => _details.Count;

    public static JsonArray Whole(JsonArray? details)
    {
        var pieces = new ReasoningPieces();
        pieces.Add(details ?? []);
        return pieces.Build();
    }

    public void Add(JsonArray details)
    {
        foreach (var piece in details.OfType<JsonObject>())
        {
            var known = Continued(piece);
            if (known is null)
            {
                _details.Add(known = new PiecedObject());
            }

            known.Add(piece);
        }
    }

    public JsonArray Build() => new([.. _details.Select(detail => detail.Build())]);

    // what is encrypted comes whole, and several such may share an index
    private PiecedObject? Continued(JsonObject piece)
    {
        var last = _details.FindLast(detail => detail.Said.Count("index") == piece.Count("index"));
        return last is not null && piece.Text("type") is not "reasoning.encrypted" && last.Said.Text("signature") is null or ""
            && Agree(last.Said, piece, "type") && Agree(last.Said, piece, "format") && Agree(last.Said, piece, "id") ? last : null;
    }

    private static bool Agree(JsonObject one, JsonObject other, string name) => one.Text(name) is not { } here || other.Text(name) is not { } there || here == there;
}
