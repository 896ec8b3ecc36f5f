using Lakehouse.Gateway.Budgets;
using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.Gateway.Tests.Budgets;

/// <summary>The cost gate as a few lines of arithmetic: what the scripts must agree with.</summary>
internal sealed class BudgetModel(BudgetLimits caps)
{
    private readonly Dictionary<string, (string Day, BudgetAsk Ask, long Expires)> _holds = new(StringComparer.Ordinal);
    private readonly Dictionary<string, BudgetAsk> _used = new(StringComparer.Ordinal);

    public BudgetAsk Used(string day) => _used.GetValueOrDefault(day);

    public BudgetAsk Held(string day) => _holds.Values.Where(hold => hold.Day == day).Aggregate(default(BudgetAsk), (sum, hold) => Plus(sum, hold.Ask));

    public bool Reserve(string id, string day, BudgetAsk ask, long expires)
    {
        var sum = Plus(Plus(Used(day), Held(day)), ask);
        if (sum.Calls > caps.Calls || sum.Tokens > caps.Tokens || sum.NanoUsd > caps.NanoUsd)
        {
            return false;
        }

        _holds[id] = (day, ask, expires);
        return true;
    }

    /// <returns>False = it was settled before.</returns>
    public bool Settle(string id, BudgetAsk used)
    {
        if (!_holds.Remove(id, out var hold))
        {
            return false;
        }

        _used[hold.Day] = Plus(Used(hold.Day), used);
        return true;
    }

    public int Sweep(long now)
    {
        var gone = _holds.Where(hold => hold.Value.Expires <= now).ToList();
        gone.ForEach(hold => Settle(hold.Key, hold.Value.Ask));
        return gone.Count;
    }

    private static BudgetAsk Plus(BudgetAsk one, BudgetAsk other) => new(one.Calls + other.Calls, one.Tokens + other.Tokens, one.NanoUsd + other.NanoUsd);
}
