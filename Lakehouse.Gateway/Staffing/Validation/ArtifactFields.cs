using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;

namespace Lakehouse.Gateway.Staffing.Validation;

/// <summary>Fields of an artifact, which may be anything, and of a context, which is the caller's own.</summary>
internal static class ArtifactFields
{
    /// <returns>Null = it is not there, or is no text, or an empty one.</returns>
    public static string? Text(this JsonObject artifact, string field) =>
        artifact[field] is JsonValue value && value.TryGetValue(out string? text) && !string.IsNullOrWhiteSpace(text) ? text : null;

    /// <exception cref="ApiError">400: the context has something that the kind does not look at; it would be taken for checked.</exception>
    public static void Only(this JsonObject context, params string[] names)
    {
        if (context.Select(field => field.Key).FirstOrDefault(name => !names.Contains(name)) is { } odd)
        {
            throw ApiError.BadInput($"context.{(odd.Length <= 80 ? odd : odd[..80] + "…")}", $"context has {Finding.Said(odd)}; accepted {(names.Length == 0 ? "is nothing" : $"are {string.Join(", ", names)}")}.");
        }
    }

    public static string? TextIn(this JsonObject context, string field) => context[field] switch
    {
        null => null,
        JsonValue value when value.TryGetValue(out string? text) && !string.IsNullOrWhiteSpace(text) && text.Length <= 100 => text,
        var other => throw ApiError.BadInput($"context.{field}", $"context.{field} is {other.Shortened()}; accepted is a text of 1 to 100 characters."),
    };

    public static string NeededIn(this JsonObject context, string field) =>
        context.TextIn(field) ?? throw ApiError.BadInput($"context.{field}", $"context.{field} is missing; accepted is a text of 1 to 100 characters.");

    public static int? CountIn(this JsonObject context, string field, int most) => context[field] switch
    {
        null => null,
        JsonValue value when value.TryGetValue(out int number) && number >= 1 && number <= most => number,
        var other => throw ApiError.BadInput($"context.{field}", $"context.{field} is {other.Shortened()}; accepted is a whole number of 1 to {most}."),
    };
}
