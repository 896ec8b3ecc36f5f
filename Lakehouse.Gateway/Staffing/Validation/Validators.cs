using System.Collections.Frozen;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Sessions;

namespace Lakehouse.Gateway.Staffing.Validation;

/// <summary>The validators by kind.</summary>
internal sealed class Validators(IEnumerable<IArtifactValidator> all)
{
    private readonly FrozenDictionary<string, IArtifactValidator> _byKind = all.ToFrozenDictionary(one => one.Kind, StringComparer.Ordinal);

    /// <summary>By the body's <c>kind</c>.</summary>
    /// <exception cref="ApiError">400: there is no such kind.</exception>
    public IArtifactValidator Find(JsonObject body)
    {
        var kind = body.TextOf("kind", 100);
        return kind is not null && _byKind.TryGetValue(kind, out var found)
            ? found
            : throw ApiError.BadInput("kind", $"kind is {Finding.Said(kind)}; accepted are {string.Join(", ", _byKind.Keys.Order(StringComparer.Ordinal))}.");
    }
}
