using System.Text.Json.Nodes;

namespace Lakehouse.Gateway.Staffing.Validation;

/// <summary>The checks of one kind of artifact.</summary>
internal interface IArtifactValidator
{
    /// <summary>As callers name it.</summary>
    string Kind { get; }

    /// <summary>The artifact's form, for a model that is to make one.</summary>
    string Form { get; }

    /// <param name="context">What the artifact is held against.</param>
    /// <exception cref="Errors.ApiError">400: the context lacks something or has something else; 409: the data that it needs is not loaded.</exception>
    Task<ArtifactCheck> BindAsync(JsonObject context, CancellationToken cancellationToken);
}

/// <returns>Everything that is wrong; empty = nothing.</returns>
internal delegate Task<IReadOnlyList<Finding>> ArtifactCheck(JsonObject artifact, CancellationToken cancellationToken);
