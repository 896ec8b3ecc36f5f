using Lakehouse.Gateway.Keys;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Lakehouse.Gateway.OpenApi;

/// <summary>
/// Paths, names and summaries come from the endpoints; bodies, parameters and replies are written by hand, because the endpoints
/// read their JSON by hand too: only so does a client's unknown field pass through and a refusal name the field.
/// </summary>
internal sealed class WrittenShapes(ConsumerKeys keys) : IOpenApiDocumentTransformer
{
    public Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        var written = WrittenParts.Read();
        document.Info = written.Info;
        document.Servers = [new() { Url = "/" }];
        document.Components = written.Components;
        // the empty alternative: without a key
        document.Security = [.. written.Security ?? [], .. keys.AdmitsKeyless ? new[] { new OpenApiSecurityRequirement() } : []];
        document.Tags = written.Tags;
        var tags = (written.Tags ?? new HashSet<OpenApiTag>()).Select(tag => tag.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var (path, item) in document.Paths)
        {
            foreach (var (method, made) in item.Operations ?? [])
            {
                Take(made, Written(written, path, method), document);
                // an endpoint names its tag where that is not the first word of its path
                var tag = made.Tags?.Select(named => named.Name).FirstOrDefault(name => name is not null && tags.Contains(name)) ?? path.Split('/')[2];
                made.Tags = new HashSet<OpenApiTagReference> { new(tag, document) };
            }
        }

        return Task.CompletedTask;
    }

    private static OpenApiOperation Written(OpenApiDocument written, string path, HttpMethod method) =>
        written.Paths.TryGetValue(path, out var item) && item.Operations is { } operations && operations.TryGetValue(method, out var operation)
            ? operation
            : throw new InvalidOperationException($"OpenApi/Written does not describe {method} {path}.");

    private static void Take(OpenApiOperation made, OpenApiOperation shape, OpenApiDocument document)
    {
        (made.Description, made.Parameters, made.RequestBody, made.Responses) = (shape.Description, shape.Parameters, shape.RequestBody, shape.Responses ?? []);
        made.Responses.TryAdd("default", new OpenApiResponseReference("Error", document));
    }
}
