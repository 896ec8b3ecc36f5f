using System.Text.Json.Nodes;

namespace Lakehouse.Gateway.Staffing.Validation;

/// <summary>What the checks of a kind say of an artifact.</summary>
internal sealed record ValidationReport(string Kind, IReadOnlyList<Finding> All)
{
    /// <summary>Those that refuse it.</summary>
    public IReadOnlyList<Finding> Findings => [.. All.Where(finding => !finding.Warns)];

    public bool Valid => Findings.Count == 0;

    public JsonObject ToJson() => new()
    {
        ["object"] = "validation", ["kind"] = Kind, ["valid"] = Valid,
        ["findings"] = new JsonArray([.. Findings.Select(finding => finding.ToJson())]),
        ["warnings"] = new JsonArray([.. All.Where(finding => finding.Warns).Select(finding => finding.ToJson())]),
    };
}
