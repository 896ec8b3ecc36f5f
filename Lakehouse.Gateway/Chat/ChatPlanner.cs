using System.Diagnostics;
using Lakehouse.Gateway.Budgets;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Providers;
using Lakehouse.Gateway.Routing;
using Lakehouse.ServiceDefaults.Contracts;
using Microsoft.Extensions.Options;

namespace Lakehouse.Gateway.Chat;

/// <summary>From a checked request to a call that may be reserved: route, limit the output, know the price.</summary>
internal sealed class ChatPlanner(ModelRouter router, ProviderRegistry adapters, BudgetGate gate, IOptions<ChatOptions> options, TimeProvider time)
{
    public ChatCall Plan(string consumer, ChatRequest request)
    {
        var (provider, model) = router.Route(request.Provider, request.Model);
        var maxTokens = Math.Min(request.MaxTokens ?? options.Value.DefaultMaxTokens, options.Value.MostMaxTokens);
        var call = new ProviderCall(provider, model, request.Body, maxTokens, request.Stream, request.Think);
        var adapter = adapters[provider];
        var upstream = adapter.Prepare(call);
        var price = provider.Models.GetValueOrDefault(model)?.PriceOn(DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime));
        if (provider.Paid && price is null && gate.ScopesOf(consumer, provider.Name).FirstOrDefault(scope => scope.Caps.NanoUsd is not null) is { } capped)
        {
            throw new ApiError(400, "price_unknown", $"The price of {provider.Name}/{model} is not known, and {capped.Label} has a cap in money; list the model in config/providers.toml.", "model");
        }

        return new(LakehouseId.NewRequest(time), consumer, request, upstream, adapter, price, TokenEstimate.InputBound(request.Body), time.GetUtcNow(), Activity.Current?.TraceId.ToHexString());
    }
}
