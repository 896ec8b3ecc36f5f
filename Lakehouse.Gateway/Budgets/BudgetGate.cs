using System.Collections.Concurrent;
using System.Diagnostics;
using Lakehouse.Gateway.Usage;
using Lakehouse.ServiceDefaults.Contracts;
using Lakehouse.ServiceDefaults.Telemetry;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Lakehouse.Gateway.Budgets;

/// <summary>
/// Decides who may spend. Everything is reserved before it is sent and settled once after; when in doubt it is charged;
/// when the store is away, only a consumer without caps goes on, and only on a free model.
/// </summary>
internal sealed class BudgetGate(
    BudgetStore store, BudgetRebuild rebuild, ConsumerLimits limits, SessionCaps sessions, UsageLedger ledger, SettleLater later, IOptions<BudgetOptions> options, TimeProvider time)
{
    private static readonly TimeSpan TimeToSettle = TimeSpan.FromMinutes(1);
    private readonly BudgetOptions _options = options.Value;
    private readonly ConcurrentDictionary<(string Consumer, string Provider), IReadOnlyList<BudgetScope>> _scopes = new();

    public IReadOnlyList<BudgetScope> ScopesOf(string consumer, string provider, string? session)
    {
        var caps = limits.Of(consumer).Caps;
        var scopes = _scopes.GetOrAdd((consumer, provider), _ => Scopes(consumer, provider, caps));
        if (scopes[0].Caps != caps)
        {
            // an operator changed them
            _scopes[(consumer, provider)] = scopes = Scopes(consumer, provider, caps);
        }

        return session is null ? scopes : [.. scopes, new(BudgetScope.SessionKind, session, OfSession(session))];
    }

    /// <param name="longest">How long the call may last at most: its hold lives longer.</param>
    /// <param name="abandonedRecord">The usage record (<see cref="UsageLine"/>) for a day and a hold, should nobody ever settle it.</param>
    /// <exception cref="BudgetDeniedException">A cap would be passed.</exception>
    /// <exception cref="RateLimitedException">The consumer is too fast.</exception>
    /// <exception cref="BudgetUnavailableException">The store is away and this call may not go on without it.</exception>
    public async Task<Hold> ReserveAsync(BudgetQuestion question, TimeSpan longest, Func<string, string, byte[]> abandonedRecord, CancellationToken cancellationToken)
    {
        var id = LakehouseId.NewHold(time);
        var scopes = ScopesOf(question.Consumer, question.Provider, question.Session);
        var rates = RatesOf(question.Consumer);
        try
        {
            ReserveAnswer answer;
            while ((answer = await store.ReserveAsync(id, question, scopes, rates, Lease(longest), day => abandonedRecord(day, id))).IsUnknown)
            {
                await rebuild.EnsureAsync(cancellationToken);
            }

            if (answer.Hold is { } hold)
            {
                return hold;
            }

            // a refusal has no attempt whose span could say it: it stands on the request's
            Activity.Current?.SetTag(TelemetryNames.BudgetDecision, answer.Denial is null ? "rate_limited" : "denied").SetTag(TelemetryNames.BudgetScope, answer.Denial?.Scope.Label);
            throw answer.Denial is { } denial ? new BudgetDeniedException(denial, question.Ask) : new RateLimitedException(question.Consumer, answer.Limited!);
        }
        catch (BudgetUnavailableException)
        {
            Activity.Current?.SetTag(TelemetryNames.BudgetDecision, "store_unavailable");
            var unknown = new Hold(id, BudgetDay.Of(time.GetUtcNow()), question.Ask, scopes, BudgetState.Unknown, question.Consumer);
            if (!question.Paid && !rates.IsLimited && !scopes.Any(scope => scope.IsCapped))
            {
                return unknown with { IsMetered = false };
            }

            // the script may have run although its answer was lost; nothing was sent, so the hold may go
            later.Release(unknown);
            throw;
        }
    }

    /// <summary>Charges what was used and records it. Whatever fails on the way, the record reaches the ledger once.</summary>
    /// <returns>The amounts afterwards; the hold's own where the store did not answer.</returns>
    public async Task<BudgetState> SettleAsync(Hold hold, UsageRecord record)
    {
        if (!hold.IsMetered)
        {
            await ledger.WriteAsync(record, CancellationToken.None);
            return hold.State;
        }

        return await SettleOrLaterAsync(new(hold, new(record.ChargedCalls, record.ChargedTokens, record.CostNanoUsd), UsageLine.Write(record)), record);
    }

    /// <summary>Gives a hold back. Only for calls of which it is certain that nothing was sent.</summary>
    public async Task<BudgetState> ReleaseAsync(Hold hold, UsageRecord record)
    {
        if (!hold.IsMetered)
        {
            await ledger.WriteAsync(record, CancellationToken.None);
            return hold.State;
        }

        return await SettleOrLaterAsync(new(hold, default, UsageLine.Write(record)), record);
    }

    /// <summary>Caps, used and held of every scope that a call would be counted in, without reserving anything.</summary>
    public async Task<(string Day, IReadOnlyList<BudgetScope> Scopes, BudgetState State)> PeekAsync(string consumer, string provider, string? session, CancellationToken cancellationToken)
    {
        await rebuild.EnsureAsync(cancellationToken);
        var scopes = ScopesOf(consumer, provider, session);
        var (day, state) = await store.ReadAsync(scopes);
        return (day, scopes, state);
    }

    public async Task<BudgetView> ViewAsync(string consumer, CancellationToken cancellationToken)
    {
        await rebuild.EnsureAsync(cancellationToken);
        var caps = limits.Of(consumer).Caps;
        var (day, state) = await store.ReadAsync([new(BudgetScope.ConsumerKind, consumer, caps)]);
        var (used, held) = state.Scopes[0];
        return new(consumer, BudgetDay.Date(day).ToString("yyyy-MM-dd"), caps, used, held, Tightest.Remaining(caps, used, held), BudgetDay.End(day));
    }

    private IReadOnlyList<BudgetScope> Scopes(string consumer, string provider, BudgetLimits caps) =>
    [
        new(BudgetScope.ConsumerKind, consumer, caps),
        new(BudgetScope.ProviderKind, provider, _options.Providers.TryGetValue(provider, out var own) ? own.ToLimits() : BudgetScope.NoCaps),
        new(BudgetScope.GlobalKind, BudgetScope.GlobalName, _options.Global.ToLimits()),
    ];

    // whoever makes a session says what it may spend, but never more than any one session may
    private BudgetLimits OfSession(string session)
    {
        var (own, any) = (sessions.Of(session) ?? BudgetScope.NoCaps, _options.Sessions.ToLimits());
        return new(Smaller(own.Calls, any.Calls), Smaller(own.Tokens, any.Tokens), Smaller(own.NanoUsd, any.NanoUsd));
    }

    private static long? Smaller(long? one, long? other) => one is null ? other : other is null ? one : Math.Min(one.Value, other.Value);

    // a call that still runs when its hold ends would be charged twice in the eyes of its caller: in full, and for what it used
    private TimeSpan Lease(TimeSpan longest) => longest + TimeToSettle > _options.HoldLease ? longest + TimeToSettle : _options.HoldLease;

    private async Task<BudgetState> SettleOrLaterAsync(Settlement settlement, UsageRecord record)
    {
        try
        {
            return await store.SettleAsync(settlement.Hold, settlement.Used, settlement.Record) ?? settlement.Hold.State;
        }
        catch (BudgetUnavailableException problem)
        {
            Activity.Current?.AddEvent(new ActivityEvent("budget settled later", tags: new() { [TelemetryNames.ErrorType] = problem.Message }));
            await later.SettleAsync(settlement, record);
            return settlement.Hold.State;
        }
    }

    private RateLimits RatesOf(string consumer)
    {
        var limit = limits.Of(consumer);
        return new(limit.RequestsPerMinute, limit.TokensPerMinute);
    }
}
