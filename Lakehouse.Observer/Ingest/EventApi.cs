using Lakehouse.Observer.Telemetry;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Lakehouse.Observer.Ingest;

/// <summary><c>POST /event</c>: anybody on this machine tells what happened.</summary>
internal static class EventApi
{
    // SQLSTATE class 22: a value that this database cannot hold, such as a number with a million digits
    private const string DataException = "22";

    public static void MapEvent(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/event", PostAsync).AddEndpointFilter<SameOriginFilter>().WithName("PostEvent").WithSummary("Stores one event, once per event_id.");

    private static async Task<Results<Ok<EventReply>, ValidationProblem, ProblemHttpResult>> PostAsync(
        HttpContext context, EventLog events, EventLogStart start, TimeProvider time, CancellationToken cancellationToken)
    {
        if (await BoundedBody.ReadAsync(context.Request, cancellationToken) is not { } body)
        {
            return TypedResults.Problem($"The body is larger than {BoundedBody.Limit} bytes.", statusCode: StatusCodes.Status413PayloadTooLarge);
        }

        if (EventReader.Read(body, time, out var errors) is not { } observed)
        {
            return TypedResults.ValidationProblem(errors);
        }

        using var span = ObserverTelemetry.Observe(observed);
        if (start.Missing is { } missing)
        {
            return Unavailable(context, missing);
        }

        try
        {
            var appended = await events.AppendAsync(observed, cancellationToken);
            ObserverTelemetry.Count(observed, appended.Duplicate);
            return TypedResults.Ok(new EventReply(true, appended.RingSize, observed.EventId, appended.Duplicate));
        }
        catch (PostgresException refused) when (refused.SqlState.StartsWith(DataException, StringComparison.Ordinal))
        {
            return TypedResults.ValidationProblem(new Dictionary<string, string[]>(StringComparer.Ordinal) { ["body"] = [$"body cannot be stored: {refused.MessageText}."] });
        }
        catch (NpgsqlException fault)
        {
            return Unavailable(context, fault.Message);
        }
    }

    private static ProblemHttpResult Unavailable(HttpContext context, string why)
    {
        context.Response.Headers.RetryAfter = "1";
        return TypedResults.Problem($"Postgres did not take the event ({why}); nothing was counted. Send it again with the same event_id.", statusCode: StatusCodes.Status503ServiceUnavailable);
    }
}

/// <param name="Duplicate">An event of this id was stored before; that one stays.</param>
internal sealed record EventReply(bool Accepted, int RingSize, string EventId, bool Duplicate);
