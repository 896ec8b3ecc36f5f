using System.Text.Json.Nodes;
using Lakehouse.Gateway.Chat;

namespace Lakehouse.Gateway.Sessions;

internal static class MessageSize
{
    /// <summary>Tokens that a message has at most, by the rule that budgets hold calls by.</summary>
    public static long Bound(JsonObject message) => TokenEstimate.InputBound(new JsonObject { ["messages"] = new JsonArray(message.DeepClone()) });
}
