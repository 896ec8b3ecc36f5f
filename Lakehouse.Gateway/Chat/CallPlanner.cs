using Lakehouse.Gateway.Budgets;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Providers;
using Lakehouse.Gateway.Routing;

namespace Lakehouse.Gateway.Chat;

/// <summary>From a target to a call that may be reserved: limit the output, know the price, map the request.</summary>
internal sealed class CallPlanner(ProviderRegistry adapters, BudgetGate gate, TimeProvider time)
{
    /// <summary>Below this a reasoning model spends all on thinking and answers nothing.</summary>
    private const int LeastForReasoning = 1500;

    /// <param name="most">A limit of the budget's on the output; null = none.</param>
    /// <exception cref="ApiError">400: the target cannot express the request, or what it may use and cost is not known where that is
    /// capped; 403: the key may not use a model that the request names.</exception>
    public ChatCall Plan(ChatJob job, RouteTarget target, int attempt, int? most = null)
    {
        var (provider, request) = (target.Provider, job.Request);
        job.Require?.Invoke(provider);
        OtherModels.Refuse(request.Source, job.Caller.Scopes, provider);
        UnboundedInput.Refuse(request.Source, target, () => MoneyCap(job, target) ?? Scopes(job, target).FirstOrDefault(scope => scope.Caps.Tokens is not null)?.Label);
        if (provider.Paid)
        {
            DearerPrice.Refuse(request.Source, () => MoneyCap(job, target));
        }

        var price = target.Known?.PriceOn(DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime));
        if (provider.Paid && price is null && MoneyCap(job, target) is { } capped)
        {
            throw new ApiError(400, "price_unknown", $"The price of {target.Name} is not known, and {capped} has a cap in money; list the model in config/providers.toml.", "model");
        }

        var adapter = adapters[provider];
        var native = job.Native?.Kind == provider.Kind ? job.Native : null;
        var call = new ProviderCall(provider, target.Model, request.Source, Math.Min(MaxTokens(job, target), most ?? int.MaxValue), request.Stream, request.Think, native);
        return new(job, attempt, target, job.Operation == ChatJob.Embeddings ? adapter.PrepareEmbedding(call) : adapter.Prepare(call), adapter, price);
    }

    public static int MaxTokens(ChatJob job, RouteTarget target)
    {
        if (job.Operation == ChatJob.Embeddings)
        {
            return 0;
        }

        var limits = job.Route.Limits;
        var usual = target.Known is { Reasons: true } || Thinks(job.Request) ? Math.Max(limits.DefaultMaxTokens, LeastForReasoning) : limits.DefaultMaxTokens;
        return Math.Min(job.Request.MaxTokens ?? usual, Math.Min(target.Known?.MaxOutputTokens ?? int.MaxValue, limits.MostMaxTokens));
    }

    /// <summary>Thinking takes longer: it gets the long limits of time.</summary>
    public static bool Thinks(ChatRequest request) => request.Think is { } think && think.ToString() is not "false";

    private string? MoneyCap(ChatJob job, RouteTarget target) =>
        job.Route.Limits.MaxCostNanoUsd is not null ? "the route" : Scopes(job, target).FirstOrDefault(scope => scope.Caps.NanoUsd is not null)?.Label;

    private IReadOnlyList<BudgetScope> Scopes(ChatJob job, RouteTarget target) => gate.ScopesOf(job.Caller.Consumer, target.Provider.Name, job.Request.SessionId);
}
