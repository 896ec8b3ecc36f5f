using Lakehouse.Gateway.Keys;
using Lakehouse.Gateway.Knowledge.Profiles;
using Lakehouse.Gateway.Knowledge.Truth;
using Lakehouse.Gateway.Providers;

namespace Lakehouse.Gateway.Chat;

/// <summary>Where chat requests of every shape come together.</summary>
internal sealed class ChatEntry(ProfileBook profiles, TruthGate truth, ChatPreparation preparation, ChatService service, DryRun dryRun, RefusedCalls refused)
{
    /// <param name="native">The caller's own body, where it is in a vendor's shape.</param>
    /// <param name="require">Throws for a provider that cannot express it.</param>
    public Task<IResult> AnswerAsync(HttpContext context, Caller caller, ChatRequest request, IReplyShape shape, NativeRequest? native = null, Action<ProviderConfig>? require = null) =>
        UseAsync(context, caller, request, shape, turn => turn.Job.Request.DryRun ? dryRun.AnswerAsync(turn.Job, context.RequestAborted) : service.AnswerAsync(context, turn), native, require);

    /// <summary>Prepares a request as every chat is prepared, for whoever then asks the model.</summary>
    /// <param name="native">The caller's own body, where it is in a vendor's shape.</param>
    /// <param name="require">Throws for a provider that cannot express it.</param>
    public async Task<T> UseAsync<T>(
        HttpContext context, Caller caller, ChatRequest request, IReplyShape shape, Func<ChatTurn, Task<T>> use, NativeRequest? native = null, Action<ProviderConfig>? require = null)
    {
        (request, var isChanged) = request.With(profiles.Choose(request.Profile, request.TaskClass));
        request = truth.Judge(request, context.Response);
        try
        {
            if (!request.DryRun && request.Truth?.Refusal() is { } refusal)
            {
                throw refusal;
            }

            // a vendor's own body is the one that the caller sent, with what a rule took out of the messages
            native = request.Truth?.Redaction is null && !isChanged ? native : native?.WithoutBody();
            return await use(await preparation.PrepareAsync(context.TraceIdentifier, caller, request, shape, native, require, context.RequestAborted));
        }
        catch (Exception problem)
        {
            refused.Keep(context, caller, request, problem);
            throw;
        }
    }
}
