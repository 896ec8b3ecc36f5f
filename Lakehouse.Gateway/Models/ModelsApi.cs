using System.Text.Json.Nodes;
using Lakehouse.Gateway.Chat.Anthropic;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Keys;
using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.Gateway.Models;

/// <summary><c>GET /v1/models</c> in OpenAI's shape, and in Anthropic's for a client that names its version.</summary>
internal static class ModelsApi
{
    public static void AddModels(this IHostApplicationBuilder builder) => builder.Services.AddSingleton<ModelCatalog>();

    public static void MapModels(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/models", ListAsync).AnswersErrors(AnthropicErrors.Either).WithName("models").WithSummary("Every model that this key may use now, as provider/model");
        routes.MapGet("/v1/models/{**id}", ReadAsync).AnswersErrors(AnthropicErrors.Either).WithName("model").WithSummary("One of them");
    }

    private static async Task<IResult> ListAsync(HttpContext context, ConsumerKeys keys, ModelCatalog catalog)
    {
        var caller = await keys.AdmitAsync(context);
        var models = await catalog.ListAsync(caller.Scopes, context.RequestAborted);
        if (!AnthropicVersion.IsNamed(context.Request))
        {
            return new JsonAnswer(new JsonObject { ["object"] = "list", ["data"] = new JsonArray([.. models.Select(model => (JsonNode)OpenAi(model))]) });
        }

        return new JsonAnswer(new JsonObject
        {
            ["data"] = new JsonArray([.. models.Select(model => (JsonNode)Anthropic(model))]), ["has_more"] = false,
            ["first_id"] = models.Count > 0 ? models[0].Id : null, ["last_id"] = models.Count > 0 ? models[^1].Id : null,
        });
    }

    private static async Task<IResult> ReadAsync(string id, HttpContext context, ConsumerKeys keys, ModelCatalog catalog)
    {
        var caller = await keys.AdmitAsync(context);
        var models = await catalog.ListAsync(caller.Scopes, context.RequestAborted);
        // a path comes decoded but for its slashes, which clients encode in a model's name
        id = id.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        var model = models.FirstOrDefault(model => model.IsNamed(id)) ?? throw new ApiError(404, "model_not_found", $"No model '{id}' is known; GET /v1/models lists what there is.", "model");
        return new JsonAnswer(AnthropicVersion.IsNamed(context.Request) ? Anthropic(model) : OpenAi(model));
    }

    private static JsonObject OpenAi(CatalogModel model) => new()
    {
        ["id"] = model.Id, ["object"] = "model", ["created"] = model.Created.ToUnixTimeSeconds(), ["owned_by"] = model.OwnedBy,
        ["context_length"] = model.ContextTokens, ["max_output_tokens"] = model.MaxOutputTokens, ["paid"] = model.Paid,
        ["pricing_nano_usd"] = model.Price is { } price ? new JsonObject { ["input"] = price.Input, ["output"] = price.Output, ["cached_input"] = price.CachedInput, ["as_of"] = price.AsOf.ToString("yyyy-MM-dd") } : null,
    };

    private static JsonObject Anthropic(CatalogModel model) => new()
    {
        ["type"] = "model", ["id"] = model.Id, ["display_name"] = model.Id, ["created_at"] = UtcMillisecondsConverter.ToText(model.Created),
        ["max_input_tokens"] = model.ContextTokens, ["max_tokens"] = model.MaxOutputTokens,
        // its clients miss these where they are absent
        ["lifecycle"] = "active", ["deprecated_at"] = null, ["retires_at"] = null, ["line"] = null, ["capabilities"] = null,
    };
}
