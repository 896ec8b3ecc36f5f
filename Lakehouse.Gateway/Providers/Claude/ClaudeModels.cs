using System.Globalization;
using System.Text.Json.Nodes;

namespace Lakehouse.Gateway.Providers.Claude;

/// <summary><c>GET /v1/models</c>, page by page. Source: https://platform.claude.com/docs/en/api/models/list.</summary>
internal static class ClaudeModels
{
    /// <summary>The most that a page may have.</summary>
    private const int PageSize = 1000;

    private const int MostPages = 20;

    public static async Task<IReadOnlyList<ModelListing>> ListAsync(Func<string, Task<JsonObject>> get)
    {
        var models = new List<ModelListing>();
        var after = "";
        for (var page = 0; page < MostPages; page++)
        {
            var reply = await get($"/v1/models?limit={PageSize}{after}");
            if (reply["data"] is not JsonArray data)
            {
                throw new ProviderException(ProviderFailure.Protocol, "Claude's list of models has no data.");
            }

            models.AddRange(data.Where(model => model.Text("id") is not null).Select(model => Listing(model!.AsObject())));
            if (reply["has_more"] is not JsonValue more || !more.TryGetValue(out bool goesOn) || !goesOn || reply.Text("last_id") is not { } last)
            {
                return models;
            }

            after = $"&after_id={Uri.EscapeDataString(last)}";
        }

        throw new ProviderException(ProviderFailure.Protocol, $"Claude's list of models has more than {MostPages} pages.");
    }

    private static ModelListing Listing(JsonObject model) => new(
        model.Text("id")!,
        DateTimeOffset.TryParse(model.Text("created_at"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var created) ? created : null,
        "anthropic", model.Count("max_input_tokens"));
}
