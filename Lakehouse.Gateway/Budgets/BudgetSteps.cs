using StackExchange.Redis;

namespace Lakehouse.Gateway.Budgets;

/// <summary>
/// Sends steps to Redis: the first at once, and what comes while one script is on its way together in the next. Under load
/// most calls share a round trip; each step is decided on its own all the same, in the order of arrival.
/// </summary>
/// <param name="now">Redis' time for tests; empty means the server's own clock.</param>
internal sealed class BudgetSteps(IConnectionMultiplexer redis, Func<string> now)
{
    /// <summary>Steps of one script, which nobody else can interrupt.</summary>
    private const int Most = 64;

    private readonly Lock _lock = new();
    private readonly Queue<BudgetStep> _waiting = [];
    private bool _isSending;

    /// <exception cref="BudgetUnavailableException">Redis did not answer; the step may have been done all the same.</exception>
    public Task<StepAnswer> RunAsync(BudgetStep step)
    {
        lock (_lock)
        {
            _waiting.Enqueue(step);
            if (_isSending)
            {
                return step.Answer;
            }

            _isSending = true;
        }

        // the sender works for all: it must not carry the trace of the request that happened to start it
        using (ExecutionContext.SuppressFlow())
        {
            _ = SendAllAsync();
        }

        return step.Answer;
    }

    private async Task SendAllAsync()
    {
        while (Next() is { Count: > 0 } steps)
        {
            try
            {
                await SendAsync(steps);
            }
            catch (Exception problem)
            {
                var away = new BudgetUnavailableException("The budget store (Redis) does not answer.", problem);
                steps.ForEach(step => step.Failed(away));
            }
        }
    }

    private List<BudgetStep> Next()
    {
        lock (_lock)
        {
            var steps = new List<BudgetStep>(Math.Min(_waiting.Count, Most));
            while (steps.Count < Most && _waiting.TryDequeue(out var step))
            {
                steps.Add(step);
            }

            _isSending = steps.Count > 0;
            return steps;
        }
    }

    private async Task SendAsync(List<BudgetStep> steps)
    {
        var counters = new OrderedDictionary<string, int>(StringComparer.Ordinal);
        var values = new List<RedisValue>(steps.Count * 20) { now(), 0 };
        foreach (var step in steps)
        {
            values.Add(step.Kind);
            values.Add(step.Counters.Count);
            foreach (var counter in step.Counters)
            {
                counters.TryAdd(counter, counters.Count + 1);
                values.Add(counters[counter]);
            }

            values.AddRange(step.Arguments);
        }

        values[1] = counters.Count;
        RedisKey[] keys = [BudgetKeys.Epoch, BudgetKeys.Holds, BudgetKeys.Records, BudgetKeys.Rebuild, .. counters.Keys.Select(key => (RedisKey)key), .. steps.SelectMany(step => new[] { step.Hold, step.Rate })];
        var answers = BudgetScript.Texts(await redis.GetDatabase().ScriptEvaluateAsync(BudgetScript.Steps, keys, [.. values]));
        var amounts = Array.ConvertAll(answers[steps.Count..], ScopeAmounts.Parse);
        for (var index = 0; index < steps.Count; index++)
        {
            var words = answers[index].Split(' ');
            if (words[0] == "error")
            {
                steps[index].Failed(new BudgetUnavailableException("The budget store (Redis) failed: " + answers[index]));
                continue;
            }

            steps[index].Answered(new(words, new([.. steps[index].Counters.Select(counter => amounts[counters[counter] - 1])])));
        }
    }
}
