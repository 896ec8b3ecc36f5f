using Lakehouse.Gateway.Budgets;
using Lakehouse.Gateway.Providers;
using Lakehouse.Gateway.Routing;

namespace Lakehouse.Gateway.Chat;

/// <summary>One attempt of a request: the target, the bytes that go there, and what it may cost at most.</summary>
/// <param name="Attempt">From 1, over the whole chain.</param>
internal sealed record ChatCall(ChatJob Job, int Attempt, RouteTarget Target, UpstreamRequest Upstream, IModelProvider Adapter, ModelPrice? Price)
{
    public string RequestId => Job.RequestId;

    public string AttemptId => field ??= $"{Job.RequestId}.{Attempt}";

    public ChatRequest Request => Job.Request;

    public ProviderCall Call => Upstream.Call;

    public DateTimeOffset StartedAt => Job.StartedAt;

    /// <summary>JSON, for the ledger: written once, although the record is written twice.</summary>
    public string Details => field ??= Job.Details();

    public BudgetAsk Ask => new(1, Job.InputBound + Call.MaxTokens, Price?.Bound(Job.InputBound, Call.MaxTokens) ?? 0);
}
