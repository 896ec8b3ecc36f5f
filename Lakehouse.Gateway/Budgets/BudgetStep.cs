using StackExchange.Redis;

namespace Lakehouse.Gateway.Budgets;

/// <summary>One reserve or settle on its way into steps.lua, which says what stands in <see cref="Arguments"/> and in the answer.</summary>
/// <param name="Kind">reserve or settle.</param>
/// <param name="Rate">Key of the consumer's rate.</param>
/// <param name="Counters">Key of each scope's counter.</param>
internal sealed record BudgetStep(string Kind, RedisKey Hold, RedisKey Rate, IReadOnlyList<string> Counters, RedisValue[] Arguments)
{
    public const string Reserve = "reserve";
    public const string Settle = "settle";

    // whoever waits goes on elsewhere: the batch has other answers to hand out
    private readonly TaskCompletionSource<StepAnswer> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<StepAnswer> Answer => _answer.Task;

    public void Answered(StepAnswer answer) => _answer.TrySetResult(answer);

    public void Failed(Exception problem) => _answer.TrySetException(problem);
}

/// <param name="Words">The step's answer, split.</param>
/// <param name="State">The amounts of its scopes after the batch that it was in.</param>
internal sealed record StepAnswer(string[] Words, BudgetState State);
