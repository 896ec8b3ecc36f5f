using Lakehouse.Gateway.Budgets;
using Lakehouse.Gateway.Providers;

namespace Lakehouse.Gateway.Chat;

/// <summary>One admitted, routed request on its way: who asks, of which model, and what it may cost at most.</summary>
/// <param name="InputBound">Tokens that the prompt has at most.</param>
internal sealed record ChatCall(
    string RequestId, string Consumer, ChatRequest Request, UpstreamRequest Upstream, IModelProvider Adapter, ModelPrice? Price, long InputBound, DateTimeOffset StartedAt, string? TraceId)
{
    public ProviderCall Call => Upstream.Call;

    public string AttemptId => $"{RequestId}.1";

    public BudgetAsk Ask => new(1, InputBound + Call.MaxTokens, Price?.Bound(InputBound, Call.MaxTokens) ?? 0);
}
