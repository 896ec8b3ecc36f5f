using StackExchange.Redis;

namespace Lakehouse.Gateway.Budgets;

/// <summary>One reserve or settle on its way into steps.lua, which says what it takes and answers.</summary>
/// <param name="rate">Key of the consumer's rate.</param>
/// <param name="counters">Key of each scope's counter.</param>
internal abstract class BudgetStep(string hold, string rate, string[] counters)
{
    // whoever waits goes on elsewhere: the batch has other answers to hand out
    private readonly TaskCompletionSource<StepAnswer> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Hold => hold;

    public string Rate => rate;

    public string[] Counters => counters;

    public Task<StepAnswer> Answer => _answer.Task;

    /// <summary>The script's name of what it does.</summary>
    public abstract string Kind { get; }

    /// <summary>Whether both differ in their holds and amounts alone, so that the script may decide them together.</summary>
    public virtual bool GoesWith(BudgetStep other) =>
        GetType() == other.GetType() && string.Equals(rate, other.Rate, StringComparison.Ordinal) && counters.AsSpan().SequenceEqual(other.Counters);

    /// <summary>What the script is told of a group, after the positions of its counters.</summary>
    public abstract void Write(List<RedisValue> values, IReadOnlyList<BudgetStep> group);

    public void Answered(StepAnswer answer) => _answer.TrySetResult(answer);

    public void Failed(Exception problem) => _answer.TrySetException(problem);

    protected static void WriteSum(List<RedisValue> values, IReadOnlyList<BudgetStep> group, Func<BudgetStep, BudgetAsk> amount)
    {
        var (calls, tokens, nanoUsd) = (0L, 0L, 0L);
        foreach (var step in group)
        {
            var one = amount(step);
            (calls, tokens, nanoUsd) = (calls + one.Calls, tokens + one.Tokens, nanoUsd + one.NanoUsd);
        }

        values.Add(calls);
        values.Add(tokens);
        values.Add(nanoUsd);
    }
}

/// <param name="Words">The step's answer, split.</param>
/// <param name="State">The amounts of its scopes after the batch that it was in.</param>
internal sealed record StepAnswer(string[] Words, BudgetState State);
