using System.Globalization;
using System.Text;
using StackExchange.Redis;

namespace Lakehouse.Gateway.Budgets;

/// <param name="day">UTC day as <c>yyyyMMdd</c>.</param>
/// <param name="lease">Until it is charged, should nobody settle it.</param>
/// <param name="record">The usage record for that case, UTF-8.</param>
internal sealed class ReserveStep(string hold, string rate, string[] counters, string day, TimeSpan lease, RateLimits rates, IReadOnlyList<BudgetScope> scopes, BudgetAsk ask, byte[] record)
    : BudgetStep(hold, rate, counters)
{
    private static readonly Func<BudgetStep, BudgetAsk> Asked = step => ((ReserveStep)step).Ask;

    public override string Kind => "reserve";

    public string Day { get; } = day;

    public TimeSpan Lease { get; } = lease;

    private RateLimits Rates { get; } = rates;

    private IReadOnlyList<BudgetScope> Scopes { get; } = scopes;

    public BudgetAsk Ask { get; } = ask;

    public override bool GoesWith(BudgetStep other) => base.GoesWith(other) && other is ReserveStep same
        && string.Equals(Day, same.Day, StringComparison.Ordinal) && Lease == same.Lease && Rates == same.Rates && HaveSameCaps(Scopes, same.Scopes);

    public override void Write(List<RedisValue> values, IReadOnlyList<BudgetStep> group)
    {
        values.Add(Day);
        values.Add((long)Lease.TotalMilliseconds);
        values.Add(Limit(Rates.RequestsPerMinute));
        values.Add(Limit(Rates.TokensPerMinute));
        foreach (var scope in Scopes)
        {
            values.Add(Limit(scope.Caps.Calls));
            values.Add(Limit(scope.Caps.Tokens));
            values.Add(Limit(scope.Caps.NanoUsd));
        }

        WriteSum(values, group, Asked);
        foreach (var step in group)
        {
            values.Add(((ReserveStep)step).Kept());
        }
    }

    private static bool HaveSameCaps(IReadOnlyList<BudgetScope> some, IReadOnlyList<BudgetScope> others)
    {
        if (ReferenceEquals(some, others))
        {
            return true;
        }

        for (var scope = 0; scope < some.Count; scope++)
        {
            if (some[scope].Caps != others[scope].Caps)
            {
                return false;
            }
        }

        return true;
    }

    private static RedisValue Limit(long? limit) => limit ?? RedisValue.EmptyString;

    // as KeptHold reads it. The zero stands where gateways before this one wrote the end of the lease, which the sorted set knows
    public byte[] Kept()
    {
        var head = string.Create(CultureInfo.InvariantCulture, $"{Ask.Calls}\n{Ask.Tokens}\n{Ask.NanoUsd}\n0\n{(Rates.TokensPerMinute is null ? '0' : '1')}\n{Rate}\n{string.Join(' ', Counters)}\n");
        var bytes = new byte[Encoding.UTF8.GetByteCount(head) + record.Length];
        record.CopyTo(bytes, Encoding.UTF8.GetBytes(head, bytes));
        return bytes;
    }
}
