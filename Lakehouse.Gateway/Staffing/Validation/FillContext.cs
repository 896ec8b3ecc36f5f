using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;

namespace Lakehouse.Gateway.Staffing.Validation;

/// <summary>What a fill is held against.</summary>
/// <param name="ClientId">Whose blacklist it is; the staffing data has none, so that it says nothing by itself.</param>
/// <param name="Blacklist">Ids of workers whom the client will not have.</param>
internal sealed record FillContext(int TargetCount, string City, string State, string Role, string? ClientId, IReadOnlySet<string> Blacklist)
{
    public const int MostWorkers = 100;
    private const int MostBlacklisted = 10_000;

    /// <exception cref="ApiError">400, naming the field: what is not said could not be checked.</exception>
    public static FillContext Parse(JsonObject context)
    {
        context.Only("target_count", "city", "state", "role", "client_id", "blacklist");
        var count = context.CountIn("target_count", MostWorkers) ?? throw ApiError.BadInput("context.target_count", $"context.target_count is missing; accepted is a whole number of 1 to {MostWorkers}.");
        if (context["client_id"] is not null && context["blacklist"] is null)
        {
            throw ApiError.BadInput("context.client_id", "context.client_id comes without context.blacklist, so that nothing would be checked for that client; accepted are both (the list may be empty) or neither.");
        }

        return new(count, context.NeededIn("city"), context.NeededIn("state"), context.NeededIn("role"), context.TextIn("client_id"), Ids(context["blacklist"]));
    }

    private static HashSet<string> Ids(JsonNode? list) => list switch
    {
        null => [],
        JsonArray { Count: <= MostBlacklisted } ids when ids.All(id => id is JsonValue value && value.TryGetValue(out string? _)) => [.. ids.Select(id => id!.ToString())],
        _ => throw ApiError.BadInput("context.blacklist", $"context.blacklist is {list.Shortened()}; accepted is a list of at most {MostBlacklisted} ids of workers."),
    };
}
