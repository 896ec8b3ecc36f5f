using System.Globalization;
using StackExchange.Redis;

namespace Lakehouse.Gateway.Budgets;

/// <param name="used">What it is charged.</param>
/// <param name="held">What it was reserved for.</param>
/// <param name="limited">Whether the consumer's rate gave tokens for it.</param>
/// <param name="record">The usage record; empty = none.</param>
/// <param name="epoch">When it was reserved; empty = not known.</param>
/// <param name="sweep">Only where its lease is over.</param>
internal sealed class SettleStep(string hold, string rate, string[] counters, BudgetAsk used, BudgetAsk held, bool limited, RedisValue record, string epoch, bool sweep = false)
    : BudgetStep(hold, rate, counters)
{
    private static readonly Func<BudgetStep, BudgetAsk> WasUsed = step => ((SettleStep)step).Used, WasHeld = step => ((SettleStep)step).Held;

    public override string Kind => "settle";

    private BudgetAsk Used { get; } = used;

    private BudgetAsk Held { get; } = held;

    private bool Limited { get; } = limited;

    private bool Sweep { get; } = sweep;

    private RedisValue Record { get; } = record;

    private string Terms => string.Create(CultureInfo.InvariantCulture, $"{Used.Calls} {Used.Tokens} {Used.NanoUsd} {Held.Calls} {Held.Tokens} {Held.NanoUsd} {epoch}");

    public override bool GoesWith(BudgetStep other) => base.GoesWith(other) && other is SettleStep same && Limited == same.Limited && Sweep == same.Sweep;

    public override void Write(List<RedisValue> values, IReadOnlyList<BudgetStep> group)
    {
        values.Add(Sweep ? "1" : "0");
        values.Add(Limited ? "1" : "0");
        WriteSum(values, group, WasUsed);
        WriteSum(values, group, WasHeld);
        foreach (var step in group)
        {
            values.Add(((SettleStep)step).Terms);
        }

        foreach (var step in group)
        {
            values.Add(((SettleStep)step).Record);
        }
    }
}
