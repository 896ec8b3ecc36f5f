namespace Lakehouse.Gateway.Budgets;

/// <summary>Redis keys of the cost gate. One hash tag, so that all keys of one decision live in one slot.</summary>
internal static class BudgetKeys
{
    public const string Epoch = "lh:{b}:epoch";
    public const string Holds = "lh:{b}:holds";
    public const string Rebuild = "lh:{b}:rebuild";
    public const string Records = "lh:{b}:records";
    public const string Draining = "lh:{b}:draining";
    public const string Drainer = "lh:{b}:drainer";
    public const string Rejected = "lh:{b}:rejected";

    public static string Hold(string id) => $"lh:{{b}}:hold:{id}";

    public static string Rate(string consumer) => $"lh:{{b}}:rate:{consumer}";

    /// <param name="day">UTC day as <c>yyyyMMdd</c>.</param>
    public static string Use(string day, BudgetScope scope) => $"lh:{{b}}:use:{day}:{scope.Kind}:{scope.Name}";
}
