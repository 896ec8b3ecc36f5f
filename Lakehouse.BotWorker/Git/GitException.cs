namespace Lakehouse.BotWorker.Git;

/// <summary>A git command failed; the message holds what git said, without secrets.</summary>
internal sealed class GitException(string message) : Exception(message);
