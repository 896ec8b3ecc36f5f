using System.Text.Json;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Configuration;
using Lakehouse.Gateway.Providers;
using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.Gateway.Tools.BuiltIn;

internal sealed class ListModelsTool(ConfigStore config, TimeProvider time) : ITool
{
    public string Name => "list_models";

    public string Description => "Model vendors that this gateway is configured for, whether their key is there, and the models whose prices it knows (nano-USD a token: 1e-9 USD). Local models need no price and are not listed.";

    public string Category => "models";

    public ToolPermission Permission => ToolPermission.Read;

    public JsonObject Parameters { get; } = JsonNode.Parse("""
        { "type": "object", "properties": { "provider": { "type": "string", "minLength": 1, "maxLength": 200 } }, "additionalProperties": false }
        """)!.AsObject();

    public Task<JsonNode> CallAsync(JsonObject arguments, ToolContext context, CancellationToken cancellationToken)
    {
        var wanted = arguments["provider"]?.ToString();
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        var providers = config.Current.Providers.Values.Where(provider => wanted is null || provider.Name == wanted).OrderBy(provider => provider.Name, StringComparer.Ordinal).Select(provider => Describe(provider, today));
        return Task.FromResult<JsonNode>(new JsonObject { ["providers"] = JsonSerializer.SerializeToNode(providers, LakehouseJson.Options) });
    }

    private static ProviderAnswer Describe(ProviderConfig provider, DateOnly today) => new(
        provider.Name, provider.Kind, provider.Paid, provider.ApiKey is not null || provider.KeyVariable is null,
        [.. provider.Models.Values.OrderBy(model => model.Name, StringComparer.Ordinal).Select(model => Describe(model, today))]);

    private static ModelAnswer Describe(ModelConfig model, DateOnly today)
    {
        var price = model.PriceOn(today);
        return new(model.Name, model.ContextTokens, model.MaxOutputTokens, price?.Input, price?.Output, price?.CachedInput, price?.AsOf, price?.SourceUrl);
    }

    /// <param name="Ready">It has its key, or needs none.</param>
    private sealed record ProviderAnswer(string Name, string Kind, bool Paid, bool Ready, IReadOnlyList<ModelAnswer> Models);

    private sealed record ModelAnswer(
        string Name, long? ContextTokens, int? MaxOutputTokens, long? InputNanoUsdPerToken, long? OutputNanoUsdPerToken, long? CachedInputNanoUsdPerToken, DateOnly? AsOf, string? SourceUrl);
}
