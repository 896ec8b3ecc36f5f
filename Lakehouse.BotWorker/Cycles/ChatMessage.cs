namespace Lakehouse.BotWorker.Cycles;

/// <summary>One message of the proposal call.</summary>
internal sealed record ChatMessage(string Role, string Content);
