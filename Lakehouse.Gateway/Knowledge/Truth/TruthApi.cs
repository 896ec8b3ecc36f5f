using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Keys;
using Lakehouse.Gateway.Sessions;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Lakehouse.Gateway.Knowledge.Truth;

/// <summary><c>/v1/truth</c>: the rules, what they say of a context, and reading them again.</summary>
internal static class TruthApi
{
    public static void MapTruth(this IEndpointRouteBuilder routes)
    {
        var truth = routes.MapGroup("/v1/truth").AnswersOpenAiErrors();
        truth.MapGet("/rules", ListAsync).WithName("truth_rules").WithSummary("The truth rules in force, all or those of a task class");
        truth.MapPost("/check", CheckAsync).WithName("truth_check").WithSummary("What the rules say of a context: which fire, which do not, and why");
        truth.MapPost("/reload", Reload).WithName("truth_reload").WithSummary("Read the rules again; wrong ones are not taken").AddEndpointFilter<OperatorOnly>();
    }

    private static async Task<Ok<TruthRulesView>> ListAsync(HttpContext context, ConsumerKeys keys, TruthStore store)
    {
        await keys.AdmitAsync(context);
        var query = context.Request.Query;
        if (query.Keys.FirstOrDefault(name => name != "task_class") is { } odd)
        {
            throw ApiError.BadInput(odd, $"{odd} is not a parameter here; accepted is task_class.");
        }

        var rules = store.Current;
        return TypedResults.Ok(TruthRulesView.Of(rules, PageQuery.Text(query, "task_class") is { } taskClass ? rules.For(taskClass) : rules.All));
    }

    private static async Task<Ok<TruthCheckView>> CheckAsync(HttpContext context, ConsumerKeys keys, TruthStore store)
    {
        await keys.AdmitAsync(context);
        var body = (await RequestBody.ReadAsync(context, checksTexts: true)).AcceptOnly("task_class", "context");
        return TypedResults.Ok(TruthCheckView.Of(store.Current, body.TextOf("task_class", 200), body.ObjectOf("context") ?? []));
    }

    private static Ok<TruthRulesView> Reload(HttpContext context, TruthStore store)
    {
        var rules = store.Reload(context.Operator());
        return TypedResults.Ok(TruthRulesView.Of(rules, rules.All));
    }
}
