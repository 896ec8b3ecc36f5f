using System.Text;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Budgets;
using Lakehouse.Gateway.Context;
using Lakehouse.Gateway.Keys;
using Lakehouse.Gateway.Providers;
using Lakehouse.Gateway.Sessions;
using Lakehouse.Gateway.Tools;

namespace Lakehouse.Gateway.Chat;

/// <summary>From a checked request to what is really sent: with the session's history as far as it fits, with what helps, and with tools expanded.</summary>
internal sealed class ChatPreparation(ChatJobs jobs, SessionHistory history, SessionCaps caps, Enrichment enrichment, ToolRegistry tools, ToolRunner runner)
{
    /// <summary>Tokens. Of a model whose window nobody told.</summary>
    private const long UsualWindow = 32_000;

    /// <param name="native">The caller's own body, where it is in a vendor's shape; its body is dropped where something is added to it.</param>
    /// <param name="require">Throws for a provider that cannot express the request.</param>
    public async Task<ChatTurn> PrepareAsync(
        string requestId, Caller caller, ChatRequest request, IReplyShape shape, NativeRequest? native, Action<ProviderConfig>? require, CancellationToken cancellationToken)
    {
        var rounds = Rounds(caller, request);
        var job = jobs.Create(requestId, ChatJob.Chat, caller, request, shape, rounds is null && request.SessionId is null ? native : native?.WithoutBody(), require);
        var context = await enrichment.FindAsync(caller, request, cancellationToken);
        var block = context is { Items.Count: > 0 } ? ContextBlock.Message(context.Items) : null;
        if (block is null && request.SessionId is null)
        {
            return new(context is null ? job : job with { Context = context }, rounds, [], LeftOut.Nothing);
        }

        IReadOnlyList<JsonObject> newMessages = [.. request.Body["messages"]!.AsArray().Select(message => message!.AsObject())];
        var (messages, leftOut) = (newMessages, LeftOut.Nothing);
        if (request.SessionId is { } session)
        {
            var turns = await history.LoadAsync(session, caller.Consumer, cancellationToken);
            caps.Met(session, turns.Budget);
            var fitted = HistoryFit.Fit(turns.Messages, newMessages, Window(job) - (block is null ? 0 : Size(block)), Size);
            leftOut = fitted.LeftOut with { DroppedMessages = fitted.LeftOut.DroppedMessages + (int)turns.NotLoaded };
            messages = fitted.Messages;
        }

        job = job.With(block is null ? messages : ContextBlock.Into(messages, block));
        return new(job with { Context = context }, rounds, newMessages, leftOut);
    }

    /// <summary>Puts the gateway's tools into the request.</summary>
    /// <returns>Null where it asks for none.</returns>
    private ToolRounds? Rounds(Caller caller, ChatRequest request)
    {
        if (request.ServerTools is null)
        {
            return null;
        }

        var toolCaller = ToolCaller.Of(caller) with { TaskClass = request.TaskClass, TruthContext = request.TruthContext, Profiles = request.Profiles };
        var offer = ToolOffer.Expand(request.Body["tools"]!.AsArray(), tools, toolCaller);
        request.Body["tools"] = offer.Tools;
        return new(runner, offer, toolCaller, request.Profiles.Execution.ToolRounds ?? ToolRounds.Usual);
    }

    // the smallest of the chain: whoever answers in the end must be able to
    private static long Window(ChatJob job) => job.Route.Targets.Min(target => (target.Known?.ContextTokens ?? UsualWindow) - CallPlanner.MaxTokens(job, target));

    // three bytes to a token is more than ordinary text has; the bound of budgets would leave most of a window empty
    private static long Size(JsonObject message) => 16 + ((Encoding.UTF8.GetByteCount(message.ToJsonString()) + 2) / 3);
}
