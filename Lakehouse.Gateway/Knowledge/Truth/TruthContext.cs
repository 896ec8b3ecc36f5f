using Lakehouse.Gateway.Context;

namespace Lakehouse.Gateway.Knowledge.Truth;

/// <summary>The rules that hold for the task, which a model does well to know before it is refused.</summary>
internal sealed class TruthContext(TruthStore store, TimeProvider time) : IContextSource
{
    public string Name => "truth";

    public bool IsContiguous => false;

    public Task<ContextFindings> FindAsync(ContextQuestion question, CancellationToken cancellationToken)
    {
        var rules = store.Current;
        var age = (long)Math.Max(0, (time.GetUtcNow() - rules.LoadedAt).TotalSeconds);
        List<TruthRule> all = [.. rules.For(question.TaskClass)];
        List<ContextItem> items = [.. all.Take(question.Profiles.Retrieval.Limit ?? all.Count).Select(rule => Item(rule, question.TaskClass, age))];
        return Task.FromResult(new ContextFindings(
            items, items.Count < all.Count ? $"the first {items.Count} of {all.Count} rules: the retrieval profile wants no more" : items.Count > 0 ? null : question.TaskClass is null ? "no task_class was given, and no rule is for every task" : "no rule is for this task_class"));
    }

    public static string IdOf(TruthRule rule) => $"truth:{rule.Id}";

    public static string TextOf(TruthRule rule) => $"Rule {rule.Id}: {rule.Description}";

    private static ContextItem Item(TruthRule rule, string? taskClass, long age)
    {
        var text = TextOf(rule);
        var reason = $"{(taskClass is null ? "every task" : $"'{taskClass}'")} is under {rule.Tasks.Text}, and the rule does {rule.Action.Kind} where {rule.Condition}";
        return new(IdOf(rule), "truth_rule", text, null, reason, 1, 0, age);
    }
}
