using System.Net;

namespace Lakehouse.BotWorker.Forges;

/// <summary>The forge did not do what it was asked; the message says why and what a person can do.</summary>
/// <param name="status">What it answered; null when no whole answer came, so that it may have been done or not.</param>
internal sealed class ForgeException(string message, Exception? inner = null, HttpStatusCode? status = null) : Exception(message, inner)
{
    public HttpStatusCode? Status => status;

    /// <summary>The branch on the forge is not what the bot last saw there.</summary>
    public bool BranchMoved { get; init; }
}
