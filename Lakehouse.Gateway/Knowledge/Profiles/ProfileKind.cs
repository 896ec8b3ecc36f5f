using System.Text.Json.Nodes;
using Lakehouse.Gateway.Context;
using Lakehouse.Gateway.Knowledge.Memory;

namespace Lakehouse.Gateway.Knowledge.Profiles;

/// <summary>The kinds of profiles and what each may set. What a profile does not set stays the configuration's, or the request's.</summary>
internal static class ProfileKind
{
    public const string Retrieval = "retrieval";
    public const string Memory = "memory";
    public const string Execution = "execution";
    public const string Observer = "observer";
    public static readonly IReadOnlyList<string> All = [Retrieval, Memory, Execution, Observer];

    /// <summary>Sources of context, as <c>/v1/context</c> names them.</summary>
    public static readonly IReadOnlyList<string> Sources = ["truth", "memory", "playbooks"];

    private static readonly Dictionary<string, IReadOnlyList<ProfileField>> Fields = new(StringComparer.Ordinal)
    {
        [Retrieval] =
        [
            ProfileField.Whole("max_tokens", 1, ContextQuestion.MostTokens), ProfileField.Texts("sources", Sources), ProfileField.Whole("limit", 1, 50),
            ProfileField.Decimal("floor", 0, 1), ProfileField.Flag("vectors"),
        ],
        [Memory] = [ProfileField.Texts("kinds", MemoryKind.All), ProfileField.Whole("max_age_days", 1, 36_500), ProfileField.Flag("tools")],
        [Execution] =
        [
            ProfileField.Whole("max_tokens", 1, 1_000_000), ProfileField.Decimal("temperature", 0, 2), ProfileField.Thinking("think"), ProfileField.Whole("tool_rounds", 2, 8), ProfileField.Flag("clamp"),
        ],
        [Observer] = [ProfileField.Flag("messages"), ProfileField.Whole("message_characters", 1, 100_000)],
    };

    public static IReadOnlyList<ProfileField> FieldsOf(string kind) => Fields[kind];

    /// <summary>Everything that is wrong with the settings of a kind: the key, its value, and what would be accepted.</summary>
    public static IEnumerable<(string Key, JsonNode? Value, string Accepted)> Faults(string kind, JsonObject settings)
    {
        foreach (var (key, value) in settings)
        {
            if (Fields[kind].FirstOrDefault(field => field.Name == key) is not { } field)
            {
                yield return (key, value, $"one of the keys {string.Join(", ", Fields[kind].Select(known => known.Name))}");
            }
            else if (!field.Accepts(value))
            {
                yield return (key, value, field.Accepted);
            }
        }
    }
}
