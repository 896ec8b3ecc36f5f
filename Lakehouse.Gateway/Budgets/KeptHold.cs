using System.Globalization;
using StackExchange.Redis;

namespace Lakehouse.Gateway.Budgets;

/// <summary>A hold as <see cref="ReserveStep"/> keeps it in Redis: seven lines, of which the fourth is no longer used, then the record, which may hold anything.</summary>
internal sealed record KeptHold(BudgetAsk Ask, bool Limited, string Rate, string[] Counters, string Record)
{
    private const int Parts = 8;

    /// <returns>One that charges nothing where the hold is gone meanwhile; the script sees that too.</returns>
    public static KeptHold Parse(string? text)
    {
        var parts = text?.Split('\n', Parts);
        return parts is { Length: Parts }
            ? new(new(Number(parts[0]), Number(parts[1]), Number(parts[2])), parts[4] == "1", parts[5], parts[6].Split(' ', StringSplitOptions.RemoveEmptyEntries), parts[7])
            : new(default, false, BudgetKeys.Rate(""), [], "");
    }

    /// <summary>A step that charges it in full, should its lease be over.</summary>
    public SettleStep Sweep(string key) => new(key, Rate, Counters, Ask, Ask, Limited, (RedisValue)Record, "", sweep: true);

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
