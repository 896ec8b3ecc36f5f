using Lakehouse.Gateway.Budgets;
using Lakehouse.Gateway.Providers;
using Lakehouse.Gateway.Usage;

namespace Lakehouse.Gateway.Chat;

/// <summary>Reserve before, settle after: the two money steps of a call, the same for buffered and streamed.</summary>
internal sealed class Reservation(BudgetGate gate)
{
    public Task<Hold> MakeAsync(ChatCall call, CancellationToken cancellationToken) => gate.ReserveAsync(
        gate.ScopesOf(call.Consumer, call.Call.Provider.Name), call.Ask, call.Call.Provider.Paid,
        day => UsageRecord.ToJson([AttemptMeter.Abandoned(call, day)]), cancellationToken);

    public Task<BudgetState> CompleteAsync(Hold hold, UsageRecord record) => gate.SettleAsync(hold, record);

    /// <summary>Gives back what was certainly not sent, charges the rest.</summary>
    public Task<BudgetState> FailAsync(Hold hold, UsageRecord record, ProviderFailure failure) =>
        ProviderFailures.Of(failure).Charge == FailureCharge.Nothing ? gate.ReleaseAsync(hold, record) : gate.SettleAsync(hold, record);
}
