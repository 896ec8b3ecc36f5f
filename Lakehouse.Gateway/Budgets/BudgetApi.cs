using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Keys;

namespace Lakehouse.Gateway.Budgets;

/// <summary><c>/v1/budgets</c>: the gauge, the worker's gate before it starts anything, and the operator's limits.</summary>
internal static class BudgetApi
{
    public static void MapBudgets(this IEndpointRouteBuilder routes)
    {
        var budgets = routes.MapGroup("/v1/budgets").AnswersOpenAiErrors();
        budgets.MapGet("", ListAsync).WithName("budgets").WithSummary("The day of every consumer that the caller may see");
        budgets.MapGet("/{consumer}", ReadAsync).WithName("budget").WithSummary("Caps, used, held and remaining of a consumer's UTC day");
        budgets.MapPut("/{consumer}", SetAsync).AddEndpointFilter<OperatorOnly>().WithName("set_budget").WithSummary("Limits of a consumer in place of the configuration's");
        budgets.MapDelete("/{consumer}", ResetAsync).AddEndpointFilter<OperatorOnly>().WithName("reset_budget").WithSummary("Back to the configuration's limits");
    }

    private static async Task<IResult> ListAsync(HttpContext context, ConsumerKeys keys, BudgetGate gate, ConsumerLimits limits)
    {
        var caller = await keys.AdmitAsync(context);
        var seen = Known(keys, limits).Where(consumer => MaySee(caller, consumer)).Order(StringComparer.Ordinal);
        return TypedResults.Ok(new { Data = await Task.WhenAll(seen.Select(consumer => ViewAsync(consumer, gate, limits, context.RequestAborted))) });
    }

    private static async Task<IResult> ReadAsync(string consumer, HttpContext context, ConsumerKeys keys, BudgetGate gate, ConsumerLimits limits)
    {
        var caller = await keys.AdmitAsync(context);
        RequireMaySee(caller, consumer);
        return caller.Consumer == consumer || Known(keys, limits).Contains(consumer, StringComparer.Ordinal)
            ? TypedResults.Ok(await ViewAsync(consumer, gate, limits, context.RequestAborted))
            : throw new ApiError(404, "consumer_not_found", $"No consumer '{consumer}' has a key or a budget; known are {string.Join(", ", Known(keys, limits).Order(StringComparer.Ordinal))}.", "consumer");
    }

    private static async Task<IResult> SetAsync(string consumer, HttpContext context, LimitsStore store, ConsumerLimits limits, KeyChanges changes, TimeProvider time)
    {
        RequireName(consumer);
        var given = LimitsRequest.Parse(new BodyFields(await RequestBody.ReadAsync(context)));
        await store.WriteAsync(new(consumer, given, time.GetUtcNow(), context.Operator()), context.RequestAborted);
        await changes.AnnounceLimitsAsync();
        return TypedResults.Ok(LimitsSetting.Of(consumer, limits));
    }

    private static async Task<IResult> ResetAsync(string consumer, LimitsStore store, ConsumerLimits limits, KeyChanges changes, CancellationToken cancellationToken)
    {
        RequireName(consumer);
        await store.DeleteAsync(consumer, cancellationToken);
        await changes.AnnounceLimitsAsync();
        return TypedResults.Ok(LimitsSetting.Of(consumer, limits));
    }

    private static void RequireName(string consumer)
    {
        if (!ConsumerName.IsValid(consumer))
        {
            throw ApiError.BadInput("consumer", $"consumer is '{consumer}'; accepted is a name of {ConsumerName.Accepted}.");
        }
    }

    // the person at this machine reads everything on the home page, and changes nothing without the operator's key
    public static bool MaySee(Caller caller, string consumer) => caller.Scopes.Admin || caller.Consumer is ConsumerName.Local || caller.Consumer == consumer;

    /// <exception cref="ApiError">403: it is another's.</exception>
    public static void RequireMaySee(Caller caller, string consumer)
    {
        if (!MaySee(caller, consumer))
        {
            throw new ApiError(403, "forbidden", $"'{caller.Consumer}' may see its own budget only; the scope `admin` sees all.", "consumer");
        }
    }

    public static IEnumerable<string> Known(ConsumerKeys keys, ConsumerLimits limits) => limits.Names.Union(keys.Consumers, StringComparer.Ordinal);

    private static async Task<LimitsView> ViewAsync(string consumer, BudgetGate gate, ConsumerLimits limits, CancellationToken cancellationToken) =>
        LimitsView.Of(await gate.ViewAsync(consumer, cancellationToken), LimitsSetting.Of(consumer, limits));
}
