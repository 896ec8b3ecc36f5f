using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Lakehouse.AppHost.Demo;

/// <summary><c>/api/tags</c>, <c>/api/show</c>, <c>/api/version</c>: the one model, labelled as what it is.</summary>
internal static class ScriptedCatalog
{
    private const string Tag = ScriptedModel.Name + ":latest";

    private static readonly DateTimeOffset Made = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly string[] Capabilities = ["completion"];

    private static readonly object Details = new
    {
        parent_model = "",
        format = "script",
        family = Script.Label,
        families = new[] { Script.Label },
        parameter_size = "0",
        quantization_level = "none",
    };

    public static void MapScriptedCatalog(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/version", () => Results.Json(new { version = "0.0.0-scripted" }));
        routes.MapGet("/api/tags", () => Results.Json(new
        {
            models = new[] { new { name = Tag, model = Tag, modified_at = Made, size = 0L, digest = new string('0', 64), details = Details } },
        }));
        routes.MapPost("/api/show", async (HttpContext context) => await OllamaBody.ReadAsync<ShowRequest>(context) switch
        {
            (_, { } problem) => problem,
            ({ Name: null, Model: null }, _) => OllamaBody.Refuse(StatusCodes.Status400BadRequest, "model is required"),
            ({ } asked, _) when !Is(asked.Model ?? asked.Name!) => OllamaBody.NotFound(asked.Model ?? asked.Name!),
            _ => Results.Json(new
            {
                license = "",
                modelfile = $"# {Script.Label}",
                parameters = "",
                template = "",
                details = Details,
                model_info = new Dictionary<string, JsonElement>(StringComparer.Ordinal),
                capabilities = Capabilities,
                modified_at = Made,
            }),
        });
    }

    public static bool Is(string model) => model is ScriptedModel.Name or Tag;

    private sealed record ShowRequest(string? Model, string? Name);
}
