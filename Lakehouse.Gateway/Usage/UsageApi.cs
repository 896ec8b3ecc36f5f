using System.Globalization;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Keys;

namespace Lakehouse.Gateway.Usage;

/// <summary><c>GET /v1/usage</c>, as JSON or CSV. A virtual key reads its own consumer's; the house's own keys and the operator read all.</summary>
internal static class UsageApi
{
    public static void MapUsage(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/usage", ReadAsync).AnswersOpenAiErrors().WithName("usage").WithSummary("What was asked, what it used and what it cost, in total and in groups");

    private static async Task<IResult> ReadAsync(HttpContext context, ConsumerKeys keys, UsageQuery usage, CancellationToken cancellationToken)
    {
        var caller = await keys.AdmitAsync(context);
        var filter = Within(caller, Filter(context.Request.Query));
        var report = await usage.ReadAsync(filter, cancellationToken);
        return context.Request.Query["format"] == "csv"
            ? TypedResults.Text(UsageCsv.Of(report, filter.GroupBy), "text/csv; charset=utf-8")
            : TypedResults.Ok(report);
    }

    /// <returns>The filter as far as the caller may see.</returns>
    /// <exception cref="ApiError">403: it asks for another consumer's usage.</exception>
    public static UsageFilter Within(Caller caller, UsageFilter filter) =>
        caller.OnlyOwn is null ? filter
        : filter.Consumer is null || filter.Consumer == caller.Consumer ? filter with { Consumer = caller.Consumer }
        : throw new ApiError(403, "forbidden", $"The key of {caller.Consumer} may read the usage of {caller.Consumer} only.", "consumer");

    private static UsageFilter Filter(IQueryCollection query)
    {
        string[] known = ["group_by", "since", "until", "consumer", "provider", "model", "session", "task_class", "day", "format"];
        if (query.Keys.FirstOrDefault(key => !known.Contains(key)) is { } unknown)
        {
            throw ApiError.BadInput(unknown, $"Unknown parameter '{unknown}'; accepted are {string.Join(", ", known)}.");
        }

        var groups = (Text("group_by") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (groups.FirstOrDefault(group => !UsageQuery.Groups.ContainsKey(group)) is { } odd)
        {
            throw ApiError.BadInput("group_by", $"group_by is '{odd}'; accepted are {string.Join(", ", UsageQuery.Groups.Keys)}.");
        }

        if (Text("format") is { } format and not ("json" or "csv"))
        {
            throw ApiError.BadInput("format", $"format is '{format}'; accepted are json and csv.");
        }

        return new([.. groups.Distinct(StringComparer.Ordinal)], Time("since"), Time("until"), Text("consumer"), Text("provider"), Text("model"), Text("session"), Text("task_class"), Day());

        string? Text(string name) => query[name] is not [{ Length: > 0 } value, ..] ? null
            : !value.Any(char.IsControl) ? value
            : throw ApiError.BadInput(name, $"{name} has a control character; accepted is a text without any.");

        DateTime? Day() => Text("day") is not { } text ? null
            : DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day.ToDateTime(TimeOnly.MinValue)
            : throw ApiError.BadInput("day", $"day is '{text}'; accepted is a UTC day such as 2026-04-22.");

        DateTimeOffset? Time(string name)
        {
            if (Text(name) is not { } text)
            {
                return null;
            }

            return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
                ? time
                : throw ApiError.BadInput(name, $"{name} is '{text}'; accepted is a time such as 2026-04-22T03:15:00Z or 2026-04-22.");
        }
    }
}
