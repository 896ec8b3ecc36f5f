using Lakehouse.Gateway.Budgets;
using Lakehouse.Gateway.Configuration;
using Lakehouse.Gateway.Keys;
using Lakehouse.Gateway.Models;
using Lakehouse.Gateway.Requests;
using Lakehouse.Gateway.Routing;
using Lakehouse.Gateway.Usage;
using Lakehouse.ServiceDefaults.Contracts;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace Lakehouse.Gateway.Home;

/// <summary>Collects what the home page shows. A store that is away is shown as such: then the page is needed most.</summary>
internal sealed class HomeReader(
    HealthCheckService health, ConfigStore store, BudgetGate gate, ConsumerKeys keys, ConsumerLimits limits, CircuitBreakers breakers, ModelCatalog models, RecentRequests requests, HomeCycles cycles, HomeLinks links, TimeProvider time)
{
    public const int Latest = 15;
    private static readonly string[] Stores = ["redis", "postgres"];

    public async Task<HomeView> ReadAsync(Caller caller, string address, bool keyless, CancellationToken cancellationToken)
    {
        var report = await health.CheckHealthAsync(check => Stores.Contains(check.Name, StringComparer.Ordinal), cancellationToken);
        var (config, fault) = (store.Current, store.Fault);
        var seesBot = caller.OnlyOwn is null or "bot";
        return new(
            time.GetUtcNow(), address, keyless,
            [.. Stores.Select(name => new StoreView(name, Problem(report.Entries[name])))],
            config.Version, config.LoadedAt, fault,
            Answers(report, "redis") ? await BudgetsAsync(caller, cancellationToken) : null,
            Providers(config),
            Answers(report, "postgres") ? await RequestsAsync(caller, cancellationToken) : null,
            seesBot, seesBot ? await cycles.ReadAsync(cancellationToken) : null,
            Proposed(config, await models.ListAsync(caller.Scopes, cancellationToken)), links);
    }

    private static bool Answers(HealthReport report, string name) => report.Entries[name].Status == HealthStatus.Healthy;

    private static string? Problem(HealthReportEntry entry) => entry.Status == HealthStatus.Healthy ? null : entry.Description ?? "does not answer";

    private async Task<IReadOnlyList<BudgetView>?> BudgetsAsync(Caller caller, CancellationToken cancellationToken)
    {
        try
        {
            var seen = BudgetApi.Known(keys, limits).Where(consumer => BudgetApi.MaySee(caller, consumer)).Order(StringComparer.Ordinal);
            return await Task.WhenAll(seen.Select(consumer => gate.ViewAsync(consumer, cancellationToken)));
        }
        catch (Exception problem) when (problem is BudgetUnavailableException or LedgerUnavailableException)
        {
            return null;
        }
    }

    private async Task<IReadOnlyList<RecentRequest>?> RequestsAsync(Caller caller, CancellationToken cancellationToken)
    {
        try
        {
            return await requests.ReadAsync(caller.OnlyOwn, Latest, cancellationToken);
        }
        catch (Exception problem) when (problem is NpgsqlException or TimeoutException)
        {
            return null;
        }
    }

    private List<ProviderState> Providers(GatewayConfig config)
    {
        var open = breakers.Open();
        return [.. config.Providers.Values.OrderBy(provider => provider.Name, StringComparer.Ordinal).Select(provider => new ProviderState(
            provider.Name, provider.Kind, provider.BaseUrl.AbsoluteUri.TrimEnd('/'), provider.Paid, provider.ApiKey is null ? provider.KeyVariable : null,
            [.. open.Where(circuit => circuit.Target.StartsWith(provider.Name + "/", StringComparison.Ordinal)).OrderBy(circuit => circuit.Target, StringComparer.Ordinal)]))];
    }

    // the lines must work as they stand: only what is listed answers, and "auto" only where its chain has something of it
    private static string? Proposed(GatewayConfig config, IReadOnlyList<CatalogModel> listed)
    {
        var auto = config.Routing.Rules.FirstOrDefault(rule => rule.Match is { Model: "auto", TaskClass: null, Consumer: null, Profile: null });
        return auto is not null && auto.Chain.Any(candidate => listed.Any(model => model.IsNamed($"{candidate.Provider}/{candidate.Model}")))
            ? "auto"
            : listed.OrderBy(model => model.Paid).ThenBy(MakesVectors).Select(model => model.Id).FirstOrDefault();
    }

    // Ollama lists what cannot chat beside what can, and only the name tells
    private static bool MakesVectors(CatalogModel model) => model.Id.Contains("embed", StringComparison.OrdinalIgnoreCase);
}
