using System.Text.Json;
using Lakehouse.BotWorker.Cycles;
using Lakehouse.BotWorker.Jobs;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Lakehouse.BotWorker.Api;

internal static class CyclesApi
{
    private const int MostBodyBytes = 16 * 1024;
    private const int MostListed = 200;

    public static void MapCycles(this IEndpointRouteBuilder api)
    {
        api.MapPost("/cycles", EnqueueAsync).WithName("EnqueueCycle").WithSummary("Puts a cycle into the queue");
        api.MapGet("/cycles", ListAsync).WithName("ListCycles").WithSummary("The latest cycles, newest first");
        api.MapPost("/cycles/{cycleId}/cancel", CancelAsync).WithName("CancelCycle").WithSummary("Stops a cycle that waits or runs, within seconds");
        api.MapGet("/cycles/{cycleId}", GetAsync).WithName("GetCycle").WithSummary("Everything about one cycle, its steps and its log");
    }

    private static async Task<Results<Accepted<EnqueuedCycle>, ValidationProblem>> EnqueueAsync(HttpContext context, CycleQueue queue, GapList gaps, CancellationToken cancellationToken)
    {
        var faults = new Dictionary<string, string[]>(StringComparer.Ordinal);
        var request = EnqueueRequest.Read(await ReadBodyAsync(context.Request, faults, cancellationToken), faults);
        if (faults.Count == 0 && request.GapId is { } gapId && (await gaps.ReadAsync(cancellationToken)).All(gap => gap.Id != gapId))
        {
            faults["gap_id"] = [$"gap_id is '{gapId}', which is no [bot-eligible] line of {GapReader.PrdPath}; GET /api/gaps lists them."];
        }

        if (faults.Count > 0)
        {
            return TypedResults.ValidationProblem(faults);
        }

        var cycle = await queue.EnqueueAsync(request.GapId, request.Depth, cancellationToken);
        return TypedResults.Accepted($"/api/cycles/{cycle.CycleId}", new EnqueuedCycle(cycle.CycleId, cycle.JobId!, cycle.TraceId));
    }

    private static async Task<Results<Ok<IReadOnlyList<CycleSummary>>, ValidationProblem>> ListAsync(CycleQueries queries, CycleFolders folders, string? limit, CancellationToken cancellationToken)
    {
        var most = 50;
        if (limit is not null && (!int.TryParse(limit, out most) || most is < 1 or > MostListed))
        {
            return TypedResults.ValidationProblem(new Dictionary<string, string[]>(StringComparer.Ordinal) { ["limit"] = [$"limit is '{limit}'; accepted is a number from 1 to {MostListed}."] });
        }

        return TypedResults.Ok(await queries.ListAsync(folders.Target.Path, most, cancellationToken));
    }

    private static async Task<Results<Ok<CycleView>, ProblemHttpResult>> GetAsync(string cycleId, CycleStore store, CycleQueries queries, CancellationToken cancellationToken) =>
        await queries.ViewAsync(await store.FindAsync(cycleId, cancellationToken), cancellationToken) is { } view
            ? TypedResults.Ok(view)
            : NoSuchCycle(cycleId);

    private static async Task<Results<Accepted<CancelledCycle>, ProblemHttpResult>> CancelAsync(string cycleId, CycleStore store, CycleCancel cancel, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(cycleId, cancellationToken) is not { } cycle)
        {
            return NoSuchCycle(cycleId);
        }

        return await cancel.RunAsync(cycle, cancellationToken) is { } refusal
            ? TypedResults.Problem(refusal, statusCode: StatusCodes.Status409Conflict)
            : TypedResults.Accepted($"/api/cycles/{cycleId}", new CancelledCycle(cycleId, $"Cycle {cycleId} is being cancelled; it ends within seconds."));
    }

    private static ProblemHttpResult NoSuchCycle(string cycleId) =>
        TypedResults.Problem($"There is no cycle '{cycleId}'; GET /api/cycles lists them.", statusCode: StatusCodes.Status404NotFound);

    private static async Task<JsonElement> ReadBodyAsync(HttpRequest request, Dictionary<string, string[]> faults, CancellationToken cancellationToken)
    {
        using var copy = new MemoryStream();
        var buffer = new byte[4096];
        int read;
        while ((read = await request.Body.ReadAsync(buffer, cancellationToken)) > 0 && copy.Length <= MostBodyBytes)
        {
            copy.Write(buffer, 0, read);
        }

        try
        {
            if (copy.Length > MostBodyBytes)
            {
                faults["body"] = [$"The body is longer than {MostBodyBytes} bytes."];
            }
            else if (copy.Length > 0)
            {
                using var json = JsonDocument.Parse(copy.ToArray());
                return json.RootElement.Clone();
            }
        }
        catch (JsonException invalid)
        {
            faults["body"] = [$"The body is not JSON: {invalid.Message}"];
        }

        using var empty = JsonDocument.Parse("{}");
        return empty.RootElement.Clone();
    }
}

internal sealed record CancelledCycle(string CycleId, string Message);

internal sealed record EnqueuedCycle(string CycleId, string JobId, string TraceId);
