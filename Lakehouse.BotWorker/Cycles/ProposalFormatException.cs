namespace Lakehouse.BotWorker.Cycles;

/// <summary>The model's answer is none of the three shapes; the message says what is wrong with it.</summary>
internal sealed class ProposalFormatException(string message) : Exception(message);
