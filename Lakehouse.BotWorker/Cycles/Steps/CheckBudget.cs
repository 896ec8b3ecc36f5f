using Lakehouse.BotWorker.Gateway;
using Lakehouse.ServiceDefaults.Telemetry;

namespace Lakehouse.BotWorker.Cycles.Steps;

/// <summary>Before policy: a day whose budget is spent is over. The gateway's own reserve stays the ceiling.</summary>
internal sealed class CheckBudget(GatewayClient gateway) : ICycleStep
{
    public string Name => TelemetryNames.Cycle.CheckBudget;

    public CycleOutcome WhenItFails => CycleOutcome.ModelFailed;

    public async Task<CycleEnd?> RunAsync(CycleRun run, CancellationToken cancellationToken)
    {
        try
        {
            var budget = await gateway.GetBudgetAsync(cancellationToken);
            run.Record = run.Record with { Budget = budget };
            var (calls, tokens, money) = (budget.Remaining.Calls, budget.Remaining.Tokens, budget.Remaining.NanoUsd);
            run.Detail = $"{Show(calls)} calls and {Show(tokens)} tokens left";
            return calls <= 0 || tokens <= 0 || money <= 0
                ? new CycleEnd(CycleOutcome.SkippedCost, $"Today's budget is spent: {budget.Used.Calls} of {Show(budget.Caps.Calls)} calls, {budget.Used.Tokens} of {Show(budget.Caps.Tokens)} tokens. It resets at {budget.ResetsAt:yyyy-MM-dd HH:mm} UTC.")
                : null;
        }
        catch (GatewayException failure)
        {
            // "the budget is spent" would not be true: it is not known, and without the gateway there is no model either
            return new CycleEnd(CycleOutcome.ModelFailed, $"The budget is not known, so nothing was asked of a model. {failure.Message}");
        }
    }

    private static string Show(long? number) => number?.ToString() ?? "unlimited";
}
