using System.Globalization;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Keys;
using Lakehouse.Gateway.Knowledge.Memory;
using Lakehouse.Gateway.Sessions;

namespace Lakehouse.Gateway.Knowledge.Retrieval;

/// <summary><c>/v1/memory/search</c>.</summary>
internal static class RetrievalApi
{
    public const int MostHits = 50;
    private static readonly string[] Names = ["query", "scope", "kind", "as_of", "limit", .. RetrievalQuestion.FactNames];

    public static void MapRetrieval(this IEndpointRouteBuilder routes) =>
        routes.MapGroup("/v1/memory").AnswersOpenAiErrors().MapGet("/search", SearchAsync).WithName("memory_search").WithSummary("What is known about a question, each with why and how much it is to the point");

    private static async Task<IResult> SearchAsync(HttpContext context, ConsumerKeys keys, MemorySearch search, TimeProvider time, CancellationToken cancellationToken)
    {
        var question = Question(context.Request.Query, await keys.AdmitAsync(context));
        var found = await search.FindAsync(question, cancellationToken);
        await search.UsedAsync([.. found.Hits.Select(hit => hit.Memory.Id)], time.GetUtcNow(), cancellationToken);
        return TypedResults.Ok(found);
    }

    private static RetrievalQuestion Question(IQueryCollection query, Caller caller)
    {
        if (query.Keys.FirstOrDefault(name => !Names.Contains(name)) is { } odd)
        {
            throw ApiError.BadInput(odd, $"Unknown parameter '{(odd.Length <= 80 ? odd : odd[..80] + "…")}'; accepted are {string.Join(", ", Names)}.");
        }

        var text = MemoryQuery.Text(query, "query", 1_000);
        var facts = RetrievalQuestion.Known([.. RetrievalQuestion.FactNames.Select(name => (name, MemoryQuery.Text(query, name)))]);
        return text is null && facts.Count == 0
            ? throw ApiError.BadInput("query", $"query is missing; accepted is at least one of query, {string.Join(", ", RetrievalQuestion.FactNames)}.")
            : new(
                caller.Consumer, MemoryScope.Of(caller, MemoryQuery.Text(query, "scope")), text, facts, text is not null && SearchText.HasOperators(text), MemoryQuery.OneOf(query, "kind", MemoryKind.All),
                MemoryQuery.Time(query, "as_of"), Limit(PageQuery.Text(query, "limit")));
    }

    private static int Limit(string? text) => text is null ? 10
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is >= 1 and <= MostHits ? limit
        : throw ApiError.BadInput("limit", $"limit is '{(text.Length <= 80 ? text : text[..80] + "…")}'; accepted is 1 to {MostHits}.");
}
