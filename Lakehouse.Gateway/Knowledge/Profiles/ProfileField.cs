using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Lakehouse.Gateway.Knowledge.Profiles;

/// <summary>One thing that a profile may set; said once for the API and for files.</summary>
/// <param name="Accepted">For people, as the end of "accepted is …".</param>
internal sealed record ProfileField(string Name, string Accepted, Func<JsonNode?, bool> Accepts)
{
    public static ProfileField Flag(string name) => new(name, "true or false", node => node?.GetValueKind() is JsonValueKind.True or JsonValueKind.False);

    public static ProfileField Whole(string name, long least, long most) => new(
        name, string.Create(CultureInfo.InvariantCulture, $"a whole number from {least} to {most}"),
        node => node?.GetValueKind() == JsonValueKind.Number && long.TryParse(node.ToJsonString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most);

    public static ProfileField Decimal(string name, decimal least, decimal most) => new(
        name, string.Create(CultureInfo.InvariantCulture, $"a number from {least} to {most}"), node => Number(node) is { } number && number >= least && number <= most);

    public static ProfileField Texts(string name, IReadOnlyList<string> choices) => new(
        name, $"a list with any of {string.Join(", ", choices)}, each once; an empty list is none of them",
        node => node is JsonArray list && list.Select(Text).ToList() is var texts && texts.TrueForAll(text => text is not null && choices.Contains(text, StringComparer.Ordinal)) && texts.Distinct().Count() == texts.Count);

    public static ProfileField Thinking(string name) => new(
        name, "true, false, \"low\", \"medium\" or \"high\"", node => node?.GetValueKind() is JsonValueKind.True or JsonValueKind.False || Text(node) is "low" or "medium" or "high");

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    private static decimal? Number(JsonNode? node) =>
        node?.GetValueKind() == JsonValueKind.Number && decimal.TryParse(node.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;
}
