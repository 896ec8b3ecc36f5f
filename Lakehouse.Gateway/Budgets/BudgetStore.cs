using System.Collections.Concurrent;
using System.Globalization;
using Lakehouse.ServiceDefaults.Contracts;
using StackExchange.Redis;

namespace Lakehouse.Gateway.Budgets;

/// <summary>
/// The scripts as methods. The day is guessed from our clock and decided by Redis': where they differ the script says so
/// and we ask again with its day.
/// </summary>
/// <param name="now">Redis' time for tests; empty means the server's own clock.</param>
internal sealed class BudgetStore(IConnectionMultiplexer redis, TimeProvider time, Func<string>? now = null)
{
    private readonly BudgetSteps _steps = new(redis, now ?? (() => ""));

    // of this gateway's calls that are on their way: Redis may lose them
    private readonly ConcurrentDictionary<string, ReserveStep> _holds = new(StringComparer.Ordinal);

    private IDatabase Database => redis.GetDatabase();

    private string Now => now?.Invoke() ?? "";

    /// <returns>A hold, a denial, or nothing: the epoch is missing and the counters must be rebuilt first.</returns>
    public async Task<ReserveAnswer> ReserveAsync(string holdId, BudgetQuestion question, IReadOnlyList<BudgetScope> scopes, RateLimits rates, TimeSpan lease, Func<string, byte[]> recordOf)
    {
        var (ask, day, key, rate) = (question.Ask, BudgetDay.Of(time.GetUtcNow()), BudgetKeys.Hold(holdId), BudgetKeys.Rate(question.Consumer));
        while (true)
        {
            var counters = Counters(day, scopes);
            var step = new ReserveStep(key, rate, counters, day, lease, rates, scopes, ask, recordOf(day));
            var (words, state) = await _steps.RunAsync(step);
            switch (words[0])
            {
                case "ok":
                    _holds[key] = step;
                    return new(new Hold(holdId, day, ask, scopes, state, question.Consumer, words[1], rates.TokensPerMinute is not null));
                case "denied":
                    return new(Denial: Denial(words, scopes, day));
                case "limited":
                    return new(Limited: new(words[1], (words[1] == "tokens" ? rates.TokensPerMinute : rates.RequestsPerMinute)!.Value, TimeSpan.FromMilliseconds(Number(words[2]))));
                case "day":
                    day = words[1];
                    break;
                default:
                    return new();
            }
        }
    }

    /// <param name="record">The usage record; empty = none.</param>
    /// <returns>The amounts after it, or null when the hold was settled before.</returns>
    public async Task<BudgetState?> SettleAsync(Hold hold, BudgetAsk used, RedisValue record)
    {
        var key = BudgetKeys.Hold(hold.Id);
        // first: one that is settled while the counters are rebuilt must not be held again
        _holds.TryRemove(key, out _);
        var (words, state) = await _steps.RunAsync(
            new SettleStep(key, BudgetKeys.Rate(hold.Consumer), Counters(hold.Day, hold.Scopes), used, hold.Ask, hold.TookTokens, record, hold.Epoch));
        return words[0] == "ok" ? state : null;
    }

    /// <summary>Turns holds whose lease ran out into charges of the full reservation.</summary>
    /// <returns>How many were charged.</returns>
    public async Task<int> SweepAsync()
    {
        var limit = Now is { Length: > 0 } fixedNow ? double.Parse(fixedNow, CultureInfo.InvariantCulture) : await ServerMillisecondsAsync();
        var charged = 0;
        foreach (var key in await Database.SortedSetRangeByScoreAsync(BudgetKeys.Holds, stop: limit, take: 200))
        {
            var hold = KeptHold.Parse(await Database.StringGetAsync(key.ToString()));
            var (words, _) = await _steps.RunAsync(hold.Sweep(key.ToString()));
            charged += words[0] == "ok" ? 1 : 0;
            if (words[0] != "alive")
            {
                _holds.TryRemove(key.ToString(), out _);
            }
        }

        return charged;
    }

    /// <returns>The day, and what is used and held in each scope.</returns>
    public async Task<(string Day, BudgetState State)> ReadAsync(IReadOnlyList<BudgetScope> scopes)
    {
        var (day, answer) = await OnDayAsync(day => (BudgetScript.Read, Array.ConvertAll(Counters(day, scopes), counter => (RedisKey)counter), [day, Now]));
        return (day, new(Array.ConvertAll(answer[1..], ScopeAmounts.Parse)));
    }

    public async Task<bool> HasEpochAsync() => await Database.KeyExistsAsync(BudgetKeys.Epoch);

    /// <summary>The UTC day by Redis' clock.</summary>
    public async Task<string> DayAsync() =>
        (await OnDayAsync(day => (BudgetScript.Read, [BudgetKeys.Epoch + ":day"], [day, Now]))).Day;

    /// <summary>Announces a rebuild, before the ledger is read: whoever settles from now on takes the token away.</summary>
    /// <returns>False while somebody else rebuilds; a rebuilder that died is forgotten after ten seconds.</returns>
    public Task<bool> BeginRebuildAsync(string token) => Database.StringSetAsync(BudgetKeys.Rebuild, token, TimeSpan.FromSeconds(10), When.NotExists);

    public Task EndRebuildAsync(string token) => Database.StringDeleteAsync(BudgetKeys.Rebuild, ValueCondition.Equal(token));

    /// <summary>Holds of this gateway's calls that are on their way are made again. Of another gateway's, what they use is charged when they end.</summary>
    /// <param name="used">By counter.</param>
    /// <returns>False when something was settled since the token was set; read the ledger again.</returns>
    public async Task<bool> RebuildAsync(string day, string epoch, string token, IReadOnlyDictionary<string, BudgetAsk> used)
    {
        ReserveStep[] holds = [.. _holds.Values.Where(hold => string.Equals(hold.Day, day, StringComparison.Ordinal))];
        string[] counters = [.. used.Keys.Union(holds.SelectMany(hold => hold.Counters), StringComparer.Ordinal)];
        var answer = await EvaluateAsync(BudgetScript.Rebuild,
            [BudgetKeys.Epoch, BudgetKeys.Records, BudgetKeys.Draining, BudgetKeys.Rebuild, BudgetKeys.Holds, .. counters.Select(key => (RedisKey)key), .. holds.Select(hold => (RedisKey)hold.Hold)],
            [day, Now, epoch, token, counters.Length, .. counters.SelectMany(counter => Amounts(used.GetValueOrDefault(counter)).Concat(Amounts(Sum(holds.Where(hold => hold.Counters.Contains(counter)))))),
                .. holds.SelectMany(hold => new RedisValue[] { (long)hold.Lease.TotalMilliseconds, hold.Kept() })]);
        return answer[0] is "ok" or "done";
    }

    private static RedisValue[] Amounts(BudgetAsk amounts) => [amounts.Calls, amounts.Tokens, amounts.NanoUsd];

    private static BudgetAsk Sum(IEnumerable<ReserveStep> holds) =>
        holds.Aggregate(default(BudgetAsk), (sum, hold) => new(sum.Calls + hold.Ask.Calls, sum.Tokens + hold.Ask.Tokens, sum.NanoUsd + hold.Ask.NanoUsd));

    private async Task<(string Day, string[] Answer)> OnDayAsync(Func<string, (string Script, RedisKey[] Keys, RedisValue[] Values)> call)
    {
        var day = BudgetDay.Of(time.GetUtcNow());
        while (true)
        {
            var (script, keys, values) = call(day);
            var answer = await EvaluateAsync(script, keys, values);
            if (answer[0] != "day")
            {
                return (day, answer);
            }

            day = answer[1];
        }
    }

    private async Task<string[]> EvaluateAsync(string script, RedisKey[] keys, RedisValue[] values)
    {
        try
        {
            return BudgetScript.Texts(await Database.ScriptEvaluateAsync(script, keys, values));
        }
        catch (Exception problem) when (problem is RedisException or RedisTimeoutException or ObjectDisposedException)
        {
            throw new BudgetUnavailableException("The budget store (Redis) does not answer.", problem);
        }
    }

    private async Task<double> ServerMillisecondsAsync()
    {
        var parts = (string[])(await Database.ExecuteAsync("TIME"))!;
        return (double.Parse(parts[0], CultureInfo.InvariantCulture) * 1000) + (double.Parse(parts[1], CultureInfo.InvariantCulture) / 1000);
    }

    private static string[] Counters(string day, IReadOnlyList<BudgetScope> scopes)
    {
        var counters = new string[scopes.Count];
        for (var scope = 0; scope < counters.Length; scope++)
        {
            counters[scope] = scopes[scope].Counter(day);
        }

        return counters;
    }

    private static BudgetDenial Denial(string[] words, IReadOnlyList<BudgetScope> scopes, string day)
    {
        var (scope, caps) = (scopes[(int)Number(words[1]) - 1], scopes[(int)Number(words[1]) - 1].Caps);
        var (dimension, cap) = words[2] switch { "1" => (BudgetDenial.Calls, caps.Calls), "2" => (BudgetDenial.Tokens, caps.Tokens), _ => (BudgetDenial.NanoUsd, caps.NanoUsd) };
        return new(scope, dimension, cap!.Value, Number(words[3]), Number(words[4]), BudgetDay.End(day));
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}

/// <summary>One of three, or nothing: see <see cref="BudgetStore.ReserveAsync"/>.</summary>
internal sealed record ReserveAnswer(Hold? Hold = null, BudgetDenial? Denial = null, RateDenial? Limited = null)
{
    public bool IsUnknown => this is (null, null, null);
}

/// <summary>How fast a consumer may be; null = as it likes.</summary>
internal sealed record RateLimits(long? RequestsPerMinute, long? TokensPerMinute)
{
    public bool IsLimited => this is not (null, null);
}
