using Lakehouse.BotWorker.Cycles;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Lakehouse.BotWorker.Api;

internal static class GapsApi
{
    public static void MapGaps(this IEndpointRouteBuilder api)
    {
        api.MapGet("/gaps", ListAsync).WithName("ListGaps").WithSummary("The lines of the target's PRD that the bot may work on, and where each stands");
        api.MapPost("/gaps/{gapId}/unpark", UnparkAsync).WithName("UnparkGap").WithSummary("Begins a gap's count of failures anew: it is neither parked nor cooling down");
    }

    private static async Task<Ok<IReadOnlyList<GapView>>> ListAsync(GapOverview overview, CancellationToken cancellationToken) =>
        TypedResults.Ok((await overview.ReadAsync(cancellationToken)).Gaps);

    private static async Task<Results<Ok<UnparkedGap>, ProblemHttpResult>> UnparkAsync(string gapId, GapOverview overview, GapLedger ledger, CycleFolders folders, CancellationToken cancellationToken)
    {
        if (await overview.FindAsync(gapId, cancellationToken) is not { } before)
        {
            return TypedResults.Problem($"There is no gap '{gapId}' in {GapReader.PrdPath}; GET /api/gaps lists them.", statusCode: StatusCodes.Status404NotFound);
        }

        await ledger.UnparkAsync(folders.Target.Path, gapId, cancellationToken);
        var after = await overview.FindAsync(gapId, cancellationToken) ?? before;
        var done = before switch
        {
            { Parked: not null } => "It is not parked any more",
            { FailuresInARow: > 0 } => "It was not parked; its failures in a row do not count any more",
            _ => "It was not parked and has no failures in a row; nothing changed",
        };
        return TypedResults.Ok(new UnparkedGap(after, $"{done}."));
    }
}

internal sealed record UnparkedGap(GapView Gap, string Message);
