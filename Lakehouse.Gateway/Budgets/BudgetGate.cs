using System.Diagnostics;
using Lakehouse.Gateway.Usage;
using Lakehouse.ServiceDefaults.Contracts;
using Lakehouse.ServiceDefaults.Telemetry;
using Microsoft.Extensions.Options;

namespace Lakehouse.Gateway.Budgets;

/// <summary>
/// Decides who may spend. Everything is reserved before it is sent and settled once after; when in doubt it is charged;
/// when the store is away, only a consumer without caps goes on, and only on a free model.
/// </summary>
internal sealed class BudgetGate(BudgetStore store, BudgetRebuild rebuild, UsageLedger ledger, SettleLater later, ConsumerLimits limits, IOptions<BudgetOptions> options, TimeProvider time)
{
    private readonly BudgetOptions _options = options.Value;

    public IReadOnlyList<BudgetScope> ScopesOf(string consumer, string provider) =>
    [
        new(BudgetScope.ConsumerKind, consumer, limits.Of(consumer).Caps),
        new(BudgetScope.ProviderKind, provider, CapsOf(_options.Providers, provider)),
        new(BudgetScope.GlobalKind, BudgetScope.GlobalName, _options.Global.ToLimits()),
    ];

    /// <param name="abandonedRecord">The usage record (JSON) for a day, should nobody ever settle this hold.</param>
    /// <exception cref="BudgetDeniedException">A cap would be passed.</exception>
    /// <exception cref="BudgetUnavailableException">The store is away and this call may not go on without it.</exception>
    public async Task<Hold> ReserveAsync(IReadOnlyList<BudgetScope> scopes, BudgetAsk ask, bool paid, Func<string, string> abandonedRecord, CancellationToken cancellationToken)
    {
        using var span = GatewayTelemetry.Source.StartActivity("budget reserve");
        var id = LakehouseId.NewHold(time);
        span?.SetTag(TelemetryNames.HoldId, id);
        try
        {
            var (hold, denial) = await ReserveOrRebuildAsync(id, ask, scopes, abandonedRecord, cancellationToken);
            span?.SetTag(TelemetryNames.BudgetDecision, denial is null ? "granted" : "denied");
            span?.SetTag(TelemetryNames.BudgetScope, (denial?.Scope ?? Tightest.Of(hold!)?.Scope)?.Label);
            return hold ?? throw new BudgetDeniedException(denial!);
        }
        catch (BudgetUnavailableException)
        {
            span?.SetTag(TelemetryNames.BudgetDecision, "store_unavailable");
            if (!paid && !scopes.Any(scope => scope.IsCapped))
            {
                return new Hold(id, BudgetDay.Of(time.GetUtcNow()), ask, scopes, BudgetState.Unknown, IsMetered: false);
            }

            // the script may have run although its answer was lost; nothing was sent, so the hold may go
            later.Release(new Hold(id, BudgetDay.Of(time.GetUtcNow()), ask, scopes, BudgetState.Unknown));
            span?.SetStatus(ActivityStatusCode.Error);
            throw;
        }
    }

    /// <summary>Charges what was used and records it. Whatever fails on the way, the record reaches the ledger once.</summary>
    /// <returns>The amounts afterwards; the hold's own where the store did not answer.</returns>
    public async Task<BudgetState> SettleAsync(Hold hold, UsageRecord record)
    {
        using var span = GatewayTelemetry.Source.StartActivity("budget settle");
        span?.SetTag(TelemetryNames.HoldId, hold.Id);
        span?.SetTag(TelemetryNames.CostNanoUsd, record.CostNanoUsd);
        if (!hold.IsMetered)
        {
            await ledger.WriteAsync([record], CancellationToken.None);
            return hold.State;
        }

        var settlement = new Settlement(hold, "settle", new(record.ChargedCalls, record.ChargedTokens, record.CostNanoUsd), UsageRecord.ToJson([record]));
        try
        {
            return await store.SettleAsync(settlement.Hold, settlement.Mode, settlement.Used, settlement.Record) ?? hold.State;
        }
        catch (BudgetUnavailableException problem)
        {
            span?.SetStatus(ActivityStatusCode.Error, problem.Message);
            await later.SettleAsync(settlement, record);
            return hold.State;
        }
    }

    /// <summary>Gives a hold back. Only for calls of which it is certain that nothing was sent.</summary>
    public async Task<BudgetState> ReleaseAsync(Hold hold, UsageRecord record)
    {
        if (!hold.IsMetered)
        {
            await ledger.WriteAsync([record], CancellationToken.None);
            return hold.State;
        }

        try
        {
            return await store.SettleAsync(hold, "release", default, UsageRecord.ToJson([record])) ?? hold.State;
        }
        catch (BudgetUnavailableException)
        {
            later.Release(hold);
            return hold.State;
        }
    }

    public async Task<BudgetView> ViewAsync(string consumer, CancellationToken cancellationToken)
    {
        await rebuild.EnsureAsync(cancellationToken);
        var caps = limits.Of(consumer).Caps;
        var (day, used, held) = await store.ReadAsync(new(BudgetScope.ConsumerKind, consumer, caps));
        var remaining = Tightest.Remaining(caps, used, held);
        return new(consumer, BudgetDay.Date(day).ToString("yyyy-MM-dd"), caps, used, held, remaining, BudgetDay.End(day));
    }

    private async Task<(Hold? Hold, BudgetDenial? Denial)> ReserveOrRebuildAsync(string id, BudgetAsk ask, IReadOnlyList<BudgetScope> scopes, Func<string, string> abandonedRecord, CancellationToken cancellationToken)
    {
        while (true)
        {
            var answer = await store.ReserveAsync(id, ask, scopes, _options.HoldLease, abandonedRecord);
            if (answer is not (null, null))
            {
                return answer;
            }

            await rebuild.EnsureAsync(cancellationToken);
        }
    }

    private static BudgetLimits CapsOf(Dictionary<string, BudgetCaps> caps, string name) =>
        caps.TryGetValue(name, out var found) ? found.ToLimits() : new(null, null, null);
}
