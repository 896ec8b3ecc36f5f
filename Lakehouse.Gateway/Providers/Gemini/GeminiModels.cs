using System.Text.Json.Nodes;

namespace Lakehouse.Gateway.Providers.Gemini;

/// <summary>Names of models and what follows from them. Source: https://ai.google.dev/api/models.</summary>
internal static class GeminiModels
{
    private const string Prefix = "models/";
    private static readonly string[] Callable = ["generateContent", "embedContent", "batchEmbedContents"];

    public static string Name(string model) => model.StartsWith(Prefix, StringComparison.Ordinal) ? model[Prefix.Length..] : model;

    /// <summary>2.5 takes thinking in tokens; every later one in levels. Source: https://ai.google.dev/gemini-api/docs/thinking.</summary>
    public static bool ThinksByBudget(string model) => Name(model).StartsWith("gemini-2.5", StringComparison.Ordinal);

    /// <summary>Pro models always think.</summary>
    public static bool AlwaysThinks(string model) => Name(model).Contains("-pro", StringComparison.Ordinal);

    /// <summary>From 3 on a function call has an id and a signature, and both are wanted back. Before, an id was refused as an
    /// unknown field by some of Google's endpoints. Source: https://ai.google.dev/gemini-api/docs/function-calling.</summary>
    public static bool MarksCalls(string model) =>
        Name(model) is var name && name.StartsWith("gemini-", StringComparison.Ordinal) && !name.StartsWith("gemini-1", StringComparison.Ordinal) && !name.StartsWith("gemini-2", StringComparison.Ordinal);

    public static IEnumerable<ModelListing> Listings(JsonObject page) =>
        from model in page.Objects("models")
        let name = model.Text("name")
        where name is not null && (model["supportedGenerationMethods"] is not JsonArray methods || methods.Any(method => Callable.Contains(method?.ToString())))
        select new ModelListing(Name(name), OwnedBy: "google", ContextTokens: model.Count("inputTokenLimit"));
}
