using Lakehouse.Gateway.Configuration;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Providers;

namespace Lakehouse.Gateway.Routing;

/// <summary>
/// Who answers: the request's <c>provider</c>; else a known prefix of the model, which is taken off; else the suffix
/// <c>:cloud</c>; else the first rule of config/routing.toml that matches; else local Ollama.
/// </summary>
internal sealed class ModelRouter(ConfigStore store)
{
    private const string CloudSuffix = ":cloud";
    private const string LocalOllama = "ollama";
    private const string OllamaCloud = "ollama_cloud";

    /// <exception cref="ApiError">404 no such provider; 403 not for this key; 503 no key configured.</exception>
    public RoutePlan Route(RouteQuestion question)
    {
        var config = store.Current;
        var routing = config.Routing;
        var (reason, rule, candidates) = Choose(config, question);
        var (targets, skipped) = (new List<RouteTarget>(), new List<SkippedTarget>());
        ApiError? refusal = null;
        foreach (var candidate in candidates)
        {
            var target = new RouteTarget(config.Providers[candidate.Provider], candidate.Model);
            if (Refusal(question, target) is { } why)
            {
                refusal ??= why;
                skipped.Add(new(target.Name, why.Code));
            }
            else
            {
                targets.Add(target);
            }
        }

        return targets.Count > 0
            ? new(reason, rule?.Name, targets, skipped, rule?.Limits ?? routing.Limits, routing.Breaker, routing.Timeouts)
            : throw refusal!;
    }

    private static (string Reason, RoutingRule? Rule, IReadOnlyList<Candidate> Candidates) Choose(GatewayConfig config, RouteQuestion question)
    {
        if (question.Provider is { } provider)
        {
            return config.Aliases.TryGetValue(provider, out var named)
                ? ("provider", null, [new(named, WithoutPrefix(config, question.Model, named))])
                : throw new ApiError(404, "provider_not_found", $"provider is '{provider}'; accepted are {string.Join(", ", config.Aliases.Keys.Order(StringComparer.Ordinal))}.", "provider");
        }

        if (question.Model.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash && config.Aliases.TryGetValue(question.Model[..slash], out var prefixed))
        {
            return ("prefix", null, [new(prefixed, question.Model[(slash + 1)..])]);
        }

        if (question.Model.EndsWith(CloudSuffix, StringComparison.Ordinal) && config.Providers.ContainsKey(OllamaCloud))
        {
            return ("suffix", null, [new(OllamaCloud, question.Model[..^CloudSuffix.Length])]);
        }

        if (config.Routing.Rules.FirstOrDefault(rule => RuleMatcher.Holds(rule.Match, question)) is { } found)
        {
            return ("rule", found, found.Chain);
        }

        return config.Providers.ContainsKey(LocalOllama)
            ? ("default", null, [new(LocalOllama, question.Model)])
            : throw new ApiError(404, "model_not_found", $"No rule is for the model '{question.Model}', and no local Ollama is configured; accepted is provider/model.", "model");
    }

    private static ApiError? Refusal(RouteQuestion question, RouteTarget target)
    {
        var (provider, model) = (target.Provider, target.Model);
        if (model.Length == 0)
        {
            return ApiError.BadInput("model", $"model is '{question.Model}'; accepted is a model's name, such as ollama/qwen3:8b.");
        }

        if (provider is { Kind: "ollama", Paid: false } && (model.EndsWith("-cloud", StringComparison.Ordinal) || model.EndsWith(CloudSuffix, StringComparison.Ordinal)))
        {
            // a local Ollama that is signed in passes these on to the paid service, past every price and cap
            return new(400, "cloud_through_local", $"model is '{model}', which a local Ollama would pass on to the cloud; ask for ollama_cloud/{model.Replace("-cloud", "", StringComparison.Ordinal).Replace(CloudSuffix, "", StringComparison.Ordinal)} instead.", "model");
        }

        if (!question.Caller.Scopes.AllowsModel(target.Name))
        {
            return new(403, "model_forbidden", $"This key may not use {target.Name}; accepted are models that match {string.Join(", ", question.Caller.Scopes.Models)}.", "model");
        }

        return provider is { KeyVariable: { } variable, ApiKey: null } && !question.IsDryRun
            ? new(503, "provider_not_configured", $"No key is configured for {provider.Name}; set {variable} (or Providers:{provider.Name}:api_key) and start again.")
            : null;
    }

    private static string WithoutPrefix(GatewayConfig config, string model, string provider) =>
        model.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash && config.Aliases.GetValueOrDefault(model[..slash]) == provider ? model[(slash + 1)..] : model;
}
