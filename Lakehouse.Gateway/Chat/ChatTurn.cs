using System.Text.Json.Nodes;
using Lakehouse.Gateway.Sessions;

namespace Lakehouse.Gateway.Chat;

/// <summary>A job with what the gateway adds to it: a session's history, and tools that it runs itself.</summary>
/// <param name="NewMessages">What the caller sent; with the answer it becomes the session's next turn. Empty where nothing is added to the job.</param>
/// <param name="LeftOut">What of the history did not fit.</param>
internal sealed record ChatTurn(ChatJob Job, ToolRounds? Tools, IReadOnlyList<JsonObject> NewMessages, LeftOut LeftOut);
