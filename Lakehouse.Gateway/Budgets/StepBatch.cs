using StackExchange.Redis;

namespace Lakehouse.Gateway.Budgets;

/// <summary>Steps of one script, in groups: what steps.lua is told, and whose its answers are.</summary>
internal sealed class StepBatch
{
    private const string Each = "each";

    private readonly List<List<BudgetStep>> _groups = [];
    private readonly OrderedDictionary<string, int> _counters = new(StringComparer.Ordinal);

    public StepBatch(List<BudgetStep> steps, string now)
    {
        foreach (var step in steps)
        {
            if (_groups.FindLast(group => group[0].GoesWith(step)) is { } group)
            {
                group.Add(step);
                continue;
            }

            _groups.Add([step]);
            foreach (var counter in step.Counters)
            {
                _counters.TryAdd(counter, _counters.Count);
            }
        }

        Keys = [BudgetKeys.Epoch, BudgetKeys.Holds, BudgetKeys.Records, BudgetKeys.Rebuild, .. _counters.Keys.Select(counter => (RedisKey)counter), .. _groups.SelectMany(KeysOf)];
        Values = ValuesOf(steps.Count, now);
    }

    public RedisKey[] Keys { get; }

    public RedisValue[] Values { get; }

    public void Answer(string[] texts)
    {
        var amounts = Array.ConvertAll(texts[^_counters.Count..], ScopeAmounts.Parse);
        var next = 0;
        foreach (var group in _groups)
        {
            var (state, words) = (new BudgetState([.. group[0].Counters.Select(counter => amounts[_counters[counter]])]), texts[next++].Split(' '));
            foreach (var step in group)
            {
                var own = words[0] == Each ? texts[next++].Split(' ') : words;
                if (own[0] == "error")
                {
                    step.Failed(new BudgetUnavailableException("The budget store (Redis) failed: " + string.Join(' ', own)));
                    continue;
                }

                step.Answered(new(own, state));
            }
        }
    }

    private static IEnumerable<RedisKey> KeysOf(List<BudgetStep> group) => group.Select(step => (RedisKey)step.Hold).Prepend(group[0].Rate);

    private RedisValue[] ValuesOf(int steps, string now)
    {
        var values = new List<RedisValue>((steps * 2) + (_groups.Count * 24)) { now, _counters.Count };
        foreach (var group in _groups)
        {
            var first = group[0];
            values.Add(first.Kind);
            values.Add(group.Count);
            values.Add(first.Counters.Length);
            foreach (var counter in first.Counters)
            {
                values.Add(_counters[counter] + 1);
            }

            first.Write(values, group);
        }

        return [.. values];
    }
}
