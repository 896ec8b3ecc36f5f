using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Keys;
using Microsoft.Extensions.Options;

namespace Lakehouse.Gateway.Budgets;

/// <summary><c>GET /v1/budgets/{consumer}</c>: the gauge, and the worker's gate before it starts anything.</summary>
internal static class BudgetApi
{
    public static void MapBudgets(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/budgets/{consumer}", ReadAsync).AnswersOpenAiErrors().WithName("budget").WithSummary("Caps, used, held and remaining of a consumer's UTC day");

    private static async Task<IResult> ReadAsync(string consumer, HttpContext context, ConsumerKeys keys, BudgetGate gate, ConsumerLimits limits, IOptions<BudgetOptions> options, CancellationToken cancellationToken)
    {
        keys.Admit(context);
        return TypedResults.Ok(limits.IsKnown(consumer)
            ? await gate.ViewAsync(consumer, cancellationToken)
            : throw new ApiError(404, "consumer_not_found", $"No consumer '{consumer}' has a budget; known are {string.Join(", ", options.Value.Consumers.Keys)}.", "consumer"));
    }
}
