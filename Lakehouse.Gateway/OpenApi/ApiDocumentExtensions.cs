using Scalar.AspNetCore;

namespace Lakehouse.Gateway.OpenApi;

/// <summary>The API's description at <c>/openapi/v1.json</c>, and a page to try it at <c>/scalar</c>. Both need no key: they tell nothing of this installation.</summary>
internal static class ApiDocumentExtensions
{
    public static void AddApiDocument(this IHostApplicationBuilder builder) =>
        builder.Services.AddOpenApi("v1", options => options.AddDocumentTransformer<WrittenShapes>());

    public static void MapApiDocument(this IEndpointRouteBuilder routes)
    {
        routes.MapOpenApi();
        // everything that the page loads comes from here: this machine may have no network
        routes.MapScalarApiReference("/scalar", page => page
            .WithTitle("Lakehouse gateway")
            .WithOpenApiRoutePattern("/openapi/{documentName}.json")
            .DisableDefaultFonts().DisableTelemetry().DisableAgent());
    }
}
