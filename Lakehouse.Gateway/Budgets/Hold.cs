using System.Globalization;
using System.Runtime.InteropServices;
using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.Gateway.Budgets;

/// <summary>What one call may cost at most: one call, so many tokens, so many nano-USD.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct BudgetAsk(long Calls, long Tokens, long NanoUsd);

/// <summary>A reservation that was granted. <see cref="IsMetered"/> is false where nobody counts (no cap, Redis away).</summary>
/// <param name="Day">UTC day as <c>yyyyMMdd</c>, decided by Redis; the call settles into this day whenever it ends.</param>
/// <param name="TookTokens">Of the consumer's tokens a minute; what is not used goes back.</param>
/// <param name="Epoch">Of the counters when it was reserved; another one now means that Redis has lost its data meanwhile.</param>
internal sealed record Hold(string Id, string Day, BudgetAsk Ask, IReadOnlyList<BudgetScope> Scopes, BudgetState State, string Consumer, string Epoch = "", bool TookTokens = false, bool IsMetered = true)
{
    public DateTimeOffset ResetsAt => BudgetDay.End(Day);
}

/// <summary>Used and held, in the order of the scopes.</summary>
internal sealed record BudgetState(IReadOnlyList<ScopeAmounts> Scopes)
{
    public static readonly BudgetState Unknown = new([]);
}

/// <summary>What one scope has used today, and what is held for calls on their way.</summary>
internal sealed record ScopeAmounts(BudgetAmounts Used, BudgetAmounts Held)
{
    /// <param name="text">Six numbers, as the scripts answer: calls, tokens, nano-USD used, then held.</param>
    public static ScopeAmounts Parse(string text)
    {
        Span<long> numbers = stackalloc long[6];
        var next = 0;
        foreach (var part in text.AsSpan().Split(' '))
        {
            numbers[next++] = long.Parse(text.AsSpan(part), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        }

        return new(new(numbers[0], numbers[1], numbers[2]), new(numbers[3], numbers[4], numbers[5]));
    }
}

/// <summary>The denial of a reserve: which scope, which cap, when it resets.</summary>
internal sealed record BudgetDenial(BudgetScope Scope, string Dimension, long Cap, long Used, long Held, DateTimeOffset ResetsAt)
{
    public const string Calls = "calls";
    public const string Tokens = "tokens";
    public const string NanoUsd = "nano_usd";

    /// <summary>Of the cap that refused.</summary>
    public BudgetLimits Remaining => (Math.Max(0, Cap - Used - Held), Dimension) switch
    {
        (var left, Calls) => new(left, null, null),
        (var left, Tokens) => new(null, left, null),
        (var left, _) => new(null, null, left),
    };
}

/// <summary>The consumer is too fast; the day's caps are not touched.</summary>
/// <param name="Dimension">requests or tokens.</param>
internal sealed record RateDenial(string Dimension, long PerMinute, TimeSpan RetryAfter);

/// <summary>What a reserve is about.</summary>
/// <param name="Paid">The provider costs money: it is never called uncounted.</param>
internal sealed record BudgetQuestion(string Consumer, string Provider, string? Session, BudgetAsk Ask, bool Paid);

/// <summary>Arithmetic on <c>yyyyMMdd</c>.</summary>
internal static class BudgetDay
{
    private const string Format = "yyyyMMdd";
    private static Known _last = new(DateOnly.MinValue);

    // each call asks, and a day has many calls
    public static string Of(DateTimeOffset time)
    {
        var date = DateOnly.FromDateTime(time.UtcDateTime);
        var known = _last;
        return (known.Date == date ? known : _last = new(date)).Text;
    }

    public static DateOnly Date(string day) => DateOnly.ParseExact(day, Format, CultureInfo.InvariantCulture);

    public static DateTimeOffset End(string day) => new(Date(day).AddDays(1), TimeOnly.MinValue, TimeSpan.Zero);

    private sealed record Known(DateOnly Date)
    {
        public string Text { get; } = Date.ToString(Format, CultureInfo.InvariantCulture);
    }
}
