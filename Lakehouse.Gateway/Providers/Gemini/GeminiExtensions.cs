using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;

namespace Lakehouse.Gateway.Providers.Gemini;

/// <summary>
/// Gemini's own settings in an OpenAI request: in <c>extra_body.google</c> or <c>google</c>, as Google's compatibility layer
/// documents it, or at the top level; in snake_case or as Gemini spells them. The values go to Gemini as they are.
/// Source: https://ai.google.dev/gemini-api/docs/openai#extra-body.
/// </summary>
/// <param name="Generation">Fields of <c>generationConfig</c>.</param>
internal sealed record GeminiExtensions(JsonNode? SafetySettings, IReadOnlyDictionary<string, JsonNode> Generation)
{
    public const string ThinkingConfig = "thinkingConfig";
    private const string Safety = "safetySettings";

    private static readonly Dictionary<string, string> Names = new(StringComparer.Ordinal)
    {
        ["safety_settings"] = Safety, [Safety] = Safety,
        ["thinking_config"] = ThinkingConfig, [ThinkingConfig] = ThinkingConfig,
        ["media_resolution"] = "mediaResolution", ["mediaResolution"] = "mediaResolution",
        ["image_config"] = "imageConfig", ["imageConfig"] = "imageConfig",
    };

    public static bool IsKnown(string field) => Names.ContainsKey(field);

    public static GeminiExtensions Read(JsonObject source)
    {
        var found = new Dictionary<string, JsonNode>(StringComparer.Ordinal);
        foreach (var (field, value) in source.Where(field => IsKnown(field.Key)))
        {
            Take(found, Names[field], value);
        }

        TakeAll(found, source["google"], "google");
        foreach (var (field, value) in ObjectAt(source["extra_body"], "extra_body"))
        {
            if (field != "google")
            {
                throw ApiError.BadInput($"extra_body.{field}", $"extra_body.{field} is set; accepted is extra_body.google.");
            }

            TakeAll(found, value, "extra_body.google");
        }

        found.Remove(Safety, out var safety);
        return new(safety, found);
    }

    private static void TakeAll(Dictionary<string, JsonNode> found, JsonNode? node, string at)
    {
        foreach (var (field, value) in ObjectAt(node, at))
        {
            if (field is "cached_content" or "cachedContent")
            {
                throw ApiError.BadInput($"{at}.{field}", $"{at}.{field} is set, which is not accepted: nobody here knows how many tokens it adds to the prompt, and a budget has to.");
            }

            Take(found, Names.GetValueOrDefault(field) ?? throw ApiError.BadInput($"{at}.{field}", $"{at}.{field} is set; accepted are safety_settings, thinking_config, media_resolution, image_config."), value);
        }
    }

    private static void Take(Dictionary<string, JsonNode> found, string name, JsonNode? value)
    {
        if (value is not null)
        {
            found[name] = value;
        }
    }

    private static JsonObject ObjectAt(JsonNode? node, string at) => node switch
    {
        null => [],
        JsonObject found => found,
        _ => throw ApiError.BadInput(at, $"{at} is {node.Short()}; accepted is an object."),
    };
}
