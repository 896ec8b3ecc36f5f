using System.Text.Json.Nodes;

namespace Lakehouse.Gateway.Staffing.Validation;

/// <summary>One thing that is wrong with an artifact, in words that a model can act on.</summary>
/// <param name="Code">Stable, for programs.</param>
/// <param name="Path">Where in the artifact: <c>fills[0].worker_id</c>.</param>
/// <param name="Warns">It is told, and refuses nothing.</param>
internal sealed record Finding(string Code, string Path, string Message, bool Warns = false)
{
    public JsonObject ToJson() => new() { ["code"] = Code, ["path"] = Path, ["message"] = Message };

    /// <summary>A value as a message may show it.</summary>
    public static string Said(string? value) => value is null ? "missing" : $"'{(value.Length <= 80 ? value : value[..80] + "…")}'";
}
