using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.Gateway.Budgets;

/// <summary>Reply of <c>GET /v1/budgets/{consumer}</c>: a <see cref="BudgetView"/>, with what else limits the consumer and who said so.</summary>
/// <param name="Source"><c>configuration</c>, <c>default</c> (the configuration does not list the consumer) or <c>operator</c>.</param>
/// <param name="UpdatedBy">The operator's key, where the source is one.</param>
internal sealed record LimitsView(
    string Consumer, string Day, BudgetLimits Caps, BudgetAmounts Used, BudgetAmounts Held, BudgetLimits Remaining, DateTimeOffset ResetsAt,
    long? RequestsPerMinute, long? TokensPerMinute, string Source, DateTimeOffset? UpdatedAt, string? UpdatedBy)
{
    public static LimitsView Of(BudgetView day, LimitsSetting setting) => new(
        day.Consumer, day.Day, day.Caps, day.Used, day.Held, day.Remaining, day.ResetsAt,
        setting.RequestsPerMinute, setting.TokensPerMinute, setting.Source, setting.UpdatedAt, setting.UpdatedBy);
}

/// <summary>What holds for a consumer, without what it used: answered also while Redis is away.</summary>
internal sealed record LimitsSetting(
    string Consumer, BudgetLimits Caps, long? RequestsPerMinute, long? TokensPerMinute, string Source, DateTimeOffset? UpdatedAt, string? UpdatedBy)
{
    public static LimitsSetting Of(string consumer, ConsumerLimits limits)
    {
        var (limit, given) = (limits.Of(consumer), limits.OverrideOf(consumer));
        var source = given is not null ? "operator" : limits.IsConfigured(consumer) ? "configuration" : "default";
        return new(consumer, limit.Caps, limit.RequestsPerMinute, limit.TokensPerMinute, source, given?.UpdatedAt, given?.UpdatedBy);
    }
}
