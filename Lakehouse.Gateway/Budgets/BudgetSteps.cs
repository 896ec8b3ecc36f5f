using StackExchange.Redis;

namespace Lakehouse.Gateway.Budgets;

/// <summary>
/// Sends steps to Redis: the first at once, and what comes while one script is on its way together in the next. Under load
/// most calls share a round trip, and their steps are decided as few groups.
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

            // whoever was answered may have a next step, or somebody else one: they go together
            await Task.Yield();
        }
    }

    private List<BudgetStep> Next()
    {
        lock (_lock)
        {
            var (steps, holds) = (new List<BudgetStep>(Math.Min(_waiting.Count, Most)), new HashSet<string>(StringComparer.Ordinal));
            // two steps of one hold are never decided together
            while (steps.Count < Most && _waiting.TryPeek(out var step) && holds.Add(step.Hold))
            {
                steps.Add(_waiting.Dequeue());
            }

            _isSending = steps.Count > 0;
            return steps;
        }
    }

    private async Task SendAsync(List<BudgetStep> steps)
    {
        var batch = new StepBatch(steps, now());
        batch.Answer(BudgetScript.Texts(await EvaluateAsync(batch)));
    }

    private async Task<RedisResult> EvaluateAsync(StepBatch batch)
    {
        var database = redis.GetDatabase();
        try
        {
            return await database.ScriptEvaluateAsync(BudgetScript.StepsHash, batch.Keys, batch.Values);
        }
        catch (RedisServerException problem) when (problem.Message.StartsWith("NOSCRIPT", StringComparison.Ordinal))
        {
            // Redis never had it, or lost it
            return await database.ScriptEvaluateAsync(BudgetScript.Steps, batch.Keys, batch.Values);
        }
    }
}
