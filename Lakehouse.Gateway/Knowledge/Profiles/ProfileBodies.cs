using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Keys;
using Lakehouse.Gateway.Knowledge.Truth;
using Lakehouse.Gateway.Sessions;

namespace Lakehouse.Gateway.Knowledge.Profiles;

/// <summary>A profile as an operator sends it.</summary>
internal static class ProfileBodies
{
    public const int LongestNote = 500;
    public const int MostTaskClasses = 50;

    /// <exception cref="ApiError">400, naming the field, its value and what is accepted.</exception>
    public static ProfileWish Wish(string kind, string name, JsonObject body)
    {
        body.AcceptOnly("settings", "task_classes", "note", "expected_version");
        if (!ConsumerName.IsValid(name))
        {
            throw ApiError.BadInput("name", $"name is '{name}'; accepted is a name of {ConsumerName.Accepted}.");
        }

        var settings = body.ObjectOf("settings") ?? throw ApiError.BadInput("settings", $"settings is missing; accepted is an object with any of {Names(Kind(kind))}.");
        return ProfileKind.Faults(Kind(kind), settings).ToList() is [var (key, value, accepted), ..]
            ? throw ApiError.BadInput($"settings.{key}", $"settings.{key} is {value.Shortened()}; accepted is {accepted}.")
            : new(kind, name, settings.DeepClone().AsObject(), TaskClasses(body["task_classes"]), body.TextOf("note", LongestNote), (int?)body.NumberOf("expected_version", "expected_version", 0, int.MaxValue));
    }

    /// <exception cref="ApiError">404.</exception>
    public static string Kind(string kind) => ProfileKind.All.Contains(kind, StringComparer.Ordinal)
        ? kind
        : throw new ApiError(404, "profile_not_found", $"There is no kind '{kind}' of profiles; there are {string.Join(", ", ProfileKind.All)}.", "kind");

    private static string Names(string kind) => string.Join(", ", ProfileKind.FieldsOf(kind).Select(field => field.Name));

    private static List<string> TaskClasses(JsonNode? node)
    {
        if (node is null)
        {
            return [];
        }

        if (node is not JsonArray { Count: <= MostTaskClasses } list)
        {
            throw ApiError.BadInput("task_classes", $"task_classes is {node.Shortened()}; accepted is a list of at most {MostTaskClasses}.");
        }

        return [.. list.Select((item, index) => item is JsonValue value && value.TryGetValue(out string? text) && TaskPattern.IsOne(text)
            ? text
            : throw ApiError.BadInput($"task_classes[{index}]", $"task_classes[{index}] is {item.Shortened()}; accepted is {TaskPattern.Accepted}.")).Distinct()];
    }
}
