using Lakehouse.Gateway.Configuration;
using Lakehouse.Gateway.Keys;
using Lakehouse.Gateway.Providers;

namespace Lakehouse.Gateway.Models;

/// <param name="Id"><c>provider/model</c>: what a request's <c>model</c> may be.</param>
/// <param name="ShortId">The same without Ollama's tag <c>:latest</c>, which may be left out; null = it has none.</param>
internal sealed record CatalogModel(string Id, string? ShortId, string OwnedBy, DateTimeOffset Created, bool Paid, long? ContextTokens, int? MaxOutputTokens, ModelPrice? Price)
{
    public bool IsNamed(string id) => id == Id || id == ShortId;
}

/// <summary>What the providers offer, and what the configuration knows of it. A provider that does not answer offers what is configured.</summary>
internal sealed partial class ModelCatalog(ConfigStore store, ProviderRegistry adapters, TimeProvider time, ILogger<ModelCatalog> logger)
{
    private const string LatestTag = ":latest";
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(60);
    private static readonly CallTimeouts Patience = new(TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(3));
    private volatile Listed? _last;

    public async Task<IReadOnlyList<CatalogModel>> ListAsync(KeyScopes scopes, CancellationToken cancellationToken)
    {
        var config = store.Current;
        var listed = _last;
        if (listed is null || listed.Version != config.Version || time.GetUtcNow() - listed.At > Fresh)
        {
            var lists = await Task.WhenAll(config.Providers.Values.Where(IsUsable).Select(provider => AskAsync(provider, cancellationToken)));
            _last = listed = new(config.Version, time.GetUtcNow(), [.. lists.SelectMany(models => models).OrderBy(model => model.Id, StringComparer.Ordinal)]);
        }

        return [.. listed.Models.Where(model => scopes.AllowsModel(model.Id))];
    }

    private static bool IsUsable(ProviderConfig provider) => provider.KeyVariable is null || provider.ApiKey is not null;

    private async Task<IEnumerable<CatalogModel>> AskAsync(ProviderConfig provider, CancellationToken cancellationToken)
    {
        IReadOnlyList<ModelListing> offered = [];
        try
        {
            using var clock = new CallClock(Patience, time, cancellationToken);
            offered = await adapters[provider].ListModelsAsync(provider, clock);
        }
        catch (ProviderException problem)
        {
            cancellationToken.ThrowIfCancellationRequested();
            LogSilent(provider.Name, problem.Message);
        }

        var unlisted = provider.Models.Keys.Except(offered.Select(model => model.Id), StringComparer.Ordinal).Select(name => new ModelListing(name));
        return offered.Concat(unlisted).Select(model => Known(provider, model));
    }

    private CatalogModel Known(ProviderConfig provider, ModelListing model)
    {
        var known = provider.Models.GetValueOrDefault(model.Id);
        var id = $"{provider.Name}/{model.Id}";
        var shortId = provider.Kind == "ollama" && id.EndsWith(LatestTag, StringComparison.Ordinal) ? id[..^LatestTag.Length] : null;
        return new(id, shortId, model.OwnedBy ?? provider.Name, model.Created ?? DateTimeOffset.UnixEpoch, provider.Paid,
            known?.ContextTokens ?? model.ContextTokens, known?.MaxOutputTokens, known?.PriceOn(DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime)));
    }

    [LoggerMessage(LogLevel.Information, "{Provider} did not list its models: {Problem}")]
    private partial void LogSilent(string provider, string problem);

    private sealed record Listed(string Version, DateTimeOffset At, IReadOnlyList<CatalogModel> Models);
}
