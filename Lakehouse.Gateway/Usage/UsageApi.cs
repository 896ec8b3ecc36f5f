using System.Globalization;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Keys;

namespace Lakehouse.Gateway.Usage;

/// <summary><c>GET /v1/usage</c>. On a machine of one's own every caller that is admitted may read all of it.</summary>
internal static class UsageApi
{
    public static void MapUsage(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/usage", ReadAsync).AnswersOpenAiErrors().WithName("usage").WithSummary("What was asked, what it used and what it cost, in total and in groups");

    private static async Task<IResult> ReadAsync(HttpContext context, ConsumerKeys keys, UsageQuery usage, CancellationToken cancellationToken)
    {
        await keys.AdmitAsync(context);
        return TypedResults.Ok(await usage.ReadAsync(Filter(context.Request.Query), cancellationToken));
    }

    private static UsageFilter Filter(IQueryCollection query)
    {
        string[] known = ["group_by", "since", "until", "consumer", "provider", "model", "session", "task_class"];
        if (query.Keys.FirstOrDefault(key => !known.Contains(key)) is { } unknown)
        {
            throw ApiError.BadInput(unknown, $"Unknown parameter '{unknown}'; accepted are {string.Join(", ", known)}.");
        }

        var groups = (Text("group_by") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (groups.FirstOrDefault(group => !UsageQuery.Groups.ContainsKey(group)) is { } odd)
        {
            throw ApiError.BadInput("group_by", $"group_by is '{odd}'; accepted are {string.Join(", ", UsageQuery.Groups.Keys)}.");
        }

        return new([.. groups.Distinct(StringComparer.Ordinal)], Time("since"), Time("until"), Text("consumer"), Text("provider"), Text("model"), Text("session"), Text("task_class"));

        string? Text(string name) => query[name] is [{ Length: > 0 } value, ..] ? value : null;

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
