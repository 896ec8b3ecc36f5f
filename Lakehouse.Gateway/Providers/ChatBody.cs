using System.Text.Json.Nodes;

namespace Lakehouse.Gateway.Providers;

/// <summary>A request's body: as the caller wrote it while nobody looks into it, as a tree from then on.</summary>
internal sealed class ChatBody
{
    private JsonObject? _tree;

    public ChatBody(PlainChat plain) => Plain = plain;

    private ChatBody(JsonObject tree) => _tree = tree;

    /// <summary>Null where it is no such chat, and once somebody has the tree, who may have changed it.</summary>
    public PlainChat? Plain { get; private set; }

    public JsonObject Tree
    {
        get
        {
            _tree ??= Plain!.ToTree();
            Plain = null;
            return _tree;
        }
    }

    public static implicit operator ChatBody(JsonObject tree) => new(tree);
}
