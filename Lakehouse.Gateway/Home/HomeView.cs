using Lakehouse.Gateway.Configuration;
using Lakehouse.Gateway.Requests;
using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.Gateway.Home;

/// <summary>What the home page shows.</summary>
/// <param name="Address">How the reader reached the gateway, such as <c>http://localhost:3100</c>.</param>
/// <param name="Keyless">The reader came without a key, and so may the calls that the page proposes.</param>
/// <param name="Fault">Why the files as they are now were not taken.</param>
/// <param name="Budgets">Null = Redis does not answer.</param>
/// <param name="Requests">Newest first; null = Postgres does not answer.</param>
/// <param name="ShowsCycles">The reader may see the bot's.</param>
/// <param name="Model">What the lines for a terminal ask; null = no model is listed.</param>
/// <param name="Cycles">Newest first; null = the worker does not answer.</param>
internal sealed record HomeView(
    DateTimeOffset Now, string Address, bool Keyless, IReadOnlyList<StoreView> Stores, string ConfigVersion, DateTimeOffset ConfigLoadedAt, RefusedConfig? Fault,
    IReadOnlyList<BudgetView>? Budgets, IReadOnlyList<ProviderState> Providers, IReadOnlyList<RecentRequest>? Requests, bool ShowsCycles, IReadOnlyList<RecentCycle>? Cycles, string? Model, HomeLinks Links);

/// <param name="Problem">What is wrong with it; null = it answers.</param>
internal sealed record StoreView(string Name, string? Problem);

/// <param name="MissingVariable">The environment variable that should hold the key and does not.</param>
/// <param name="Open">Models that are left alone after failures, and until when.</param>
internal sealed record ProviderState(string Name, string Kind, string BaseUrl, bool Paid, string? MissingVariable, IReadOnlyList<(string Target, DateTimeOffset Until)> Open);
