namespace Lakehouse.BotWorker.Forges;

/// <summary>The forge did not do what it was asked; the message says why and what a person can do.</summary>
internal sealed class ForgeException(string message, Exception? inner = null) : Exception(message, inner);
