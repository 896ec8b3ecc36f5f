using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Keys;
using Lakehouse.Gateway.Sessions;
using Lakehouse.Gateway.Staffing.Validation;

namespace Lakehouse.Gateway.Staffing.Iteration;

/// <summary><c>POST /v1/iterate</c>, and <c>/v1/iterations</c> with the record of each.</summary>
internal static class IterationApi
{
    public static void AddIteration(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IterationStore>();
        builder.Services.AddSingleton<IterationLoop>();
        builder.Services.AddSingleton<IterationEntry>();
    }

    public static void MapIteration(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/iterate", IterateAsync).AnswersOpenAiErrors().WithTags("validation").WithName("iterate").WithSummary("Have a model make an artifact, checked and corrected until it holds or the tries are used up");
        routes.MapGet("/v1/iterations", ListAsync).AnswersOpenAiErrors().WithTags("validation").WithName("iterations").WithSummary("Iterations of the caller, newest first");
        routes.MapGet("/v1/iterations/{id}", ReadAsync).AnswersOpenAiErrors().WithTags("validation").WithName("iteration").WithSummary("One iteration: its tries, findings, tokens and cost");
    }

    private static async Task<IResult> IterateAsync(HttpContext context, ConsumerKeys keys, Validators validators, IterationEntry entry)
    {
        var caller = await keys.AdmitAsync(context);
        return await entry.AnswerAsync(context, caller, IterationRequest.Parse(await RequestBody.ReadAsync(context, checksTexts: true), validators));
    }

    private static async Task<IResult> ListAsync(HttpContext context, ConsumerKeys keys, IterationStore store, CancellationToken cancellationToken)
    {
        var own = Own(await keys.AdmitAsync(context));
        var page = await store.ListAsync(own, PageQuery.OfIds(context.Request.Query, "itr_"), cancellationToken);
        return TypedResults.Ok(new Page<System.Text.Json.Nodes.JsonObject>(page.Object, [.. page.Data.Select(record => record.ToJson())], page.HasMore, page.NextAfter));
    }

    private static async Task<IResult> ReadAsync(string id, HttpContext context, ConsumerKeys keys, IterationStore store, CancellationToken cancellationToken)
    {
        var own = Own(await keys.AdmitAsync(context));
        return PageQuery.IsId(id, "itr_") && await store.FindAsync(id, own, cancellationToken) is { } record
            ? new JsonAnswer(record.ToJson())
            : throw new ApiError(404, "iteration_not_found", "There is no such iteration; GET /v1/iterations lists yours.", "id");
    }

    // what a model was asked for is as private as a session
    private static string? Own(Caller caller) => caller.Scopes.Admin ? null : caller.Consumer;
}
