using Lakehouse.BotWorker.Api;
using Lakehouse.BotWorker.Cycles;
using Lakehouse.BotWorker.Gateway;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Lakehouse.BotWorker.Pages;

/// <summary>Pieces of HTML for the dashboard's pages.</summary>
internal static class FragmentsApi
{
    private const string Media = "text/html; charset=utf-8";

    public static void MapFragments(this IEndpointRouteBuilder api)
    {
        api.MapGet("/bot/fragment", BotAsync).WithName("BotFragment").WithSummary("The page Bot's content");
        api.MapGet("/cycles/{cycleId}/fragment", CycleAsync).WithName("CycleFragment").WithSummary("A cycle's steps, progress and log");
        api.MapGet("/jobs/{jobId}/fragment", JobAsync).WithName("JobFragment").WithSummary("The same, for a job");
    }

    private static async Task<ContentHttpResult> BotAsync(
        GapOverview gaps, CycleQueries queries, CycleFolders folders, PauseSwitch pause, GatewayClient gateway, IOptions<BotOptions> options, TimeProvider time, CancellationToken cancellationToken) =>
        TypedResults.Content(BotFragment.Render(await BotView.ReadAsync(gaps, queries, folders, pause, gateway, time, cancellationToken), options.Value), Media);

    private static async Task<Results<ContentHttpResult, ProblemHttpResult>> CycleAsync(
        string cycleId, CycleStore store, CycleQueries queries, CyclePlan plan, IOptions<BotOptions> options, CancellationToken cancellationToken) =>
        await RenderAsync(await store.FindAsync(cycleId, cancellationToken), queries, plan, options, cancellationToken) is { } html
            ? TypedResults.Content(html, Media)
            : TypedResults.Problem($"There is no cycle '{cycleId}'; the page Bot lists the latest.", statusCode: StatusCodes.Status404NotFound);

    private static async Task<ContentHttpResult> JobAsync(
        string jobId, CycleStore store, CycleQueries queries, CyclePlan plan, IOptions<BotOptions> options, CancellationToken cancellationToken) =>
        TypedResults.Content(await RenderAsync(await store.FindByJobAsync(jobId, cancellationToken), queries, plan, options, cancellationToken) ?? CycleFragment.Waiting, Media);

    private static async Task<string?> RenderAsync(CycleRecord? cycle, CycleQueries queries, CyclePlan plan, IOptions<BotOptions> options, CancellationToken cancellationToken) =>
        await queries.ViewAsync(cycle, cancellationToken) is { } view
            ? CycleFragment.Render(view, [.. plan.Of(view.Cycle).Select(step => step.Name)], options.Value)
            : null;
}
