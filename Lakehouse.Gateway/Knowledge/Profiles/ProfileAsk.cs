using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;

namespace Lakehouse.Gateway.Knowledge.Profiles;

/// <summary>The field <c>profile</c> of a request: one name for all kinds, or a name for some of them.</summary>
internal sealed record ProfileAsk(string? Name, IReadOnlyDictionary<string, string> ByKind)
{
    private static readonly Dictionary<string, string> Nothing = [];

    /// <summary>What rules of routing know it by.</summary>
    public string? RoutingName => Name ?? ByKind.GetValueOrDefault(ProfileKind.Execution);

    /// <exception cref="ApiError">400, naming the field.</exception>
    public static ProfileAsk? Parse(JsonNode? profile) => profile switch
    {
        null => null,
        JsonValue value when value.TryGetValue(out string? name) && name.Length is > 0 and <= 200 => new(name, Nothing),
        JsonObject kinds => new(null, kinds.ToDictionary(kind => Known(kind.Key), kind => NameOf(kind.Key, kind.Value), StringComparer.Ordinal)),
        _ => throw ApiError.BadInput("profile", $"profile is {profile.Shortened()}; accepted is a name, or an object with a name for some of {string.Join(", ", ProfileKind.All)}."),
    };

    public string? NameFor(string kind) => Name ?? ByKind.GetValueOrDefault(kind);

    private static string Known(string kind) => ProfileKind.All.Contains(kind, StringComparer.Ordinal)
        ? kind
        : throw ApiError.BadInput("profile", $"profile has the unknown kind '{JsonValue.Create(kind).Shortened()}'; accepted are {string.Join(", ", ProfileKind.All)}.");

    private static string NameOf(string kind, JsonNode? name) => name is JsonValue value && value.TryGetValue(out string? text) && text.Length is > 0 and <= 200
        ? text
        : throw ApiError.BadInput($"profile.{kind}", $"profile.{kind} is {name.Shortened()}; accepted is a profile's name.");
}
