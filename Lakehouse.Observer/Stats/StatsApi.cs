using System.Globalization;
using Lakehouse.Observer.Ingest;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Lakehouse.Observer.Stats;

/// <summary><c>GET /stats</c> and <c>GET /events</c>.</summary>
internal static class StatsApi
{
    private const int DefaultLimit = 50;
    private const int MaxLimit = 500;

    private static readonly string[] Accepted = ["source", "limit", "cursor"];

    public static void AddStats(this IHostApplicationBuilder builder)
    {
        Dapper.DefaultTypeMap.MatchNamesWithUnderscores = true;
        builder.Services.AddSingleton<PrLanding>();
        builder.Services.AddSingleton<StatsReader>();
    }

    public static void MapStats(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/stats", StatsAsync).WithName("GetStats").WithSummary("Counts, outcomes and the landing rate, of one source or of all.");
        routes.MapGet("/events", EventsAsync).WithName("GetEvents").WithSummary("Stored events, newest first.");
    }

    private static async Task<Ok<StatsView>> StatsAsync(string? source, StatsReader stats, CancellationToken cancellationToken) =>
        TypedResults.Ok(await stats.ReadAsync(Given(source), cancellationToken));

    private static async Task<Results<Ok<EventsPage>, ValidationProblem, ProblemHttpResult>> EventsAsync(
        string? source, string? limit, string? cursor, HttpRequest request, EventStore store, EventLogStart start, CancellationToken cancellationToken)
    {
        var errors = request.Query.Keys.Except(Accepted, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(name => name, name => new[] { $"{name} is not known; accepted are {string.Join(", ", Accepted)}." }, StringComparer.Ordinal);
        var size = Number("limit", limit, DefaultLimit, MaxLimit, $"a whole number from 1 to {MaxLimit}", errors);
        var before = Number("cursor", cursor, long.MaxValue, long.MaxValue, "the next_cursor of the page before", errors);
        if (errors.Count > 0)
        {
            return TypedResults.ValidationProblem(errors);
        }

        if (start.Missing is { } missing)
        {
            return Unavailable($"Postgres is not ready ({missing}).");
        }

        try
        {
            // a row that cannot be read is left out, and the cursor still moves past it
            var rows = await store.ReadBeforeAsync(before, Given(source), (int)size, cancellationToken);
            var next = rows.Count == size ? rows[^1].Seq.ToString(CultureInfo.InvariantCulture) : null;
            return TypedResults.Ok(new EventsPage([.. rows.Select(row => row.Event).OfType<ServiceDefaults.Contracts.ObserverEvent>()], next));
        }
        catch (NpgsqlException fault)
        {
            return Unavailable($"Postgres does not answer ({fault.Message}).");
        }
    }

    private static long Number(string name, string? text, long absent, long max, string accepted, Dictionary<string, string[]> errors)
    {
        if (text is null)
        {
            return absent;
        }

        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= max)
        {
            return number;
        }

        errors[name] = [$"{name} is '{text}'; accepted is {accepted}."];
        return absent;
    }

    private static string? Given(string? source) => string.IsNullOrWhiteSpace(source) ? null : source.Trim();

    private static ProblemHttpResult Unavailable(string why) => TypedResults.Problem(why, statusCode: StatusCodes.Status503ServiceUnavailable);
}
