using System.Text.Json.Nodes;
using Lakehouse.Gateway.Providers.Upstream;

namespace Lakehouse.Gateway.Providers.OpenAi;

/// <summary><c>GET /models</c>.</summary>
internal static class OpenAiListing
{
    private const long YearTenThousand = 253_402_300_800;

    public static IReadOnlyList<ModelListing> Read(JsonObject reply, UpstreamCall call)
    {
        OpenAiError.ThrowIfAny(reply, call);
        var models = reply["data"] as JsonArray ?? throw new ProviderException(ProviderFailure.Protocol, $"{call.Vendor}'s list of models has no data.");
        return [.. models.OfType<JsonObject>().Where(model => model.Text("id") is not null).Select(Of)];
    }

    private static ModelListing Of(JsonObject model) => new(
        model.Text("id")!,
        model.Positive("created") is { } created && created < YearTenThousand ? DateTimeOffset.FromUnixTimeSeconds(created) : null,
        model.Text("owned_by"),
        // OpenRouter; vLLM; Groq; Mistral. OpenAI does not say
        model.Count("context_length") ?? model.Count("max_model_len") ?? model.Count("context_window") ?? model.Count("max_context_length"));
}
