using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.Gateway.Budgets;

/// <summary>What holds for a consumer now. Null = no limit.</summary>
/// <param name="Caps">Of one UTC day.</param>
internal sealed record ConsumerLimit(BudgetLimits Caps, long? RequestsPerMinute, long? TokensPerMinute);
