using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Providers;

namespace Lakehouse.Gateway.Routing;

/// <summary>
/// Which provider answers: the request's <c>provider</c>; else a known prefix of the model, which is taken off; else the
/// suffix <c>:cloud</c>; else local Ollama.
/// </summary>
internal sealed class ModelRouter(ProviderCatalog catalog)
{
    private const string CloudSuffix = ":cloud";

    private static readonly Dictionary<string, string> Names = new(StringComparer.Ordinal)
    {
        [ProviderCatalog.Ollama] = ProviderCatalog.Ollama,
        [ProviderCatalog.OllamaCloud] = ProviderCatalog.OllamaCloud,
        ["cloud"] = ProviderCatalog.OllamaCloud,
    };

    /// <exception cref="ApiError">404 no such provider; 503 it has no key.</exception>
    public (ProviderConfig Provider, string Model) Route(string? provider, string model)
    {
        var (name, rest) = Choose(provider, model);
        if (rest.Length == 0)
        {
            throw ApiError.BadInput("model", $"model is '{model}'; accepted is a model's name, such as ollama/qwen3:8b.");
        }

        if (name == ProviderCatalog.Ollama && (rest.EndsWith("-cloud", StringComparison.Ordinal) || rest.EndsWith(CloudSuffix, StringComparison.Ordinal)))
        {
            // a local Ollama that is signed in passes these on to the paid service, past every price and cap
            throw new ApiError(400, "cloud_through_local", $"model is '{rest}', which a local Ollama would pass on to the cloud; ask for ollama_cloud/{rest.Replace("-cloud", "", StringComparison.Ordinal).Replace(CloudSuffix, "", StringComparison.Ordinal)} instead.", "model");
        }

        var config = catalog[name];
        return config is { Paid: true, ApiKey: null }
            ? throw new ApiError(503, "provider_not_configured", $"No key is configured for {name}; set OLLAMA_API_KEY (or Providers:{name}:api_key) and start again.")
            : (config, rest);
    }

    private static (string Provider, string Model) Choose(string? provider, string model)
    {
        if (provider is not null)
        {
            return Names.TryGetValue(provider, out var named)
                ? (named, WithoutPrefix(model, named))
                : throw new ApiError(404, "provider_not_found", $"provider is '{provider}'; accepted are {string.Join(", ", Names.Keys)}.", "provider");
        }

        if (model.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash && Names.TryGetValue(model[..slash], out var prefixed))
        {
            return (prefixed, model[(slash + 1)..]);
        }

        return model.EndsWith(CloudSuffix, StringComparison.Ordinal)
            ? (ProviderCatalog.OllamaCloud, model[..^CloudSuffix.Length])
            : (ProviderCatalog.Ollama, model);
    }

    private static string WithoutPrefix(string model, string provider) =>
        model.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash && Names.GetValueOrDefault(model[..slash]) == provider ? model[(slash + 1)..] : model;
}
