using System.Diagnostics;
using Lakehouse.Gateway.Keys;
using Lakehouse.Gateway.Providers;
using Lakehouse.Gateway.Routing;

namespace Lakehouse.Gateway.Chat;

/// <summary>From a checked request to a job: how large it is, and where it may go.</summary>
internal sealed class ChatJobs(ModelRouter router, TimeProvider time)
{
    /// <param name="requestId">As <see cref="Errors.ErrorBoundary"/> gave it.</param>
    public ChatJob Create(string requestId, string operation, Caller caller, ChatRequest request, IReplyShape shape, NativeRequest? native = null, Action<ProviderConfig>? require = null)
    {
        var (bound, guess) = operation == ChatJob.Embeddings
            ? (TokenEstimate.EmbeddingBound(request.Body), TokenEstimate.EmbeddingGuess(request.Body))
            : TokenEstimate.Input(request.Source);
        var route = router.Route(new(caller, request.Provider, request.Model, request.TaskClass, request.Profile?.RoutingName, guess, request.FailedAttempts, request.DryRun));
        return new(requestId, operation, caller, request, shape, native, require, route, bound, guess, time.GetUtcNow(), Activity.Current?.TraceId.ToHexString());
    }
}
