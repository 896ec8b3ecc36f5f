using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Keys;
using Lakehouse.Gateway.Providers;

namespace Lakehouse.Gateway.Chat;

/// <summary>Models that a request lets the vendor choose instead of the one it names: OpenRouter's <c>models</c>, Claude's
/// <c>fallbacks</c>. A key that may use some models may name those there, and no others.</summary>
internal static class OtherModels
{
    private static readonly string[] Fields = ["models", "fallbacks"];

    /// <exception cref="ApiError">403, naming the entry.</exception>
    public static void Refuse(ChatBody body, KeyScopes scopes, ProviderConfig provider)
    {
        if (scopes.Models.Count == 0 || body.Plain is not null)
        {
            return;
        }

        foreach (var (at, entry) in Fields.SelectMany(field => Entries(field, body.Tree[field])))
        {
            var name = $"{provider.Name}/{Name(entry)}";
            if (!scopes.AllowsModel(name))
            {
                throw new ApiError(403, "model_forbidden", $"This key may not use {name}, which {at} names; accepted are models that match {string.Join(", ", scopes.Models)}.", at);
            }
        }
    }

    private static IEnumerable<(string At, JsonNode? Entry)> Entries(string field, JsonNode? value) => value switch
    {
        null => [],
        JsonArray list => list.Select((entry, index) => ($"{field}[{index}]", entry)),
        _ => [(field, value)],
    };

    private static string Name(JsonNode? entry) => (entry is JsonObject fields ? fields["model"] : entry) is JsonValue value && value.TryGetValue(out string? name) ? name : entry.Shortened();
}
