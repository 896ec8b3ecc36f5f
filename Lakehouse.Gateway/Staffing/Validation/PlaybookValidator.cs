using System.Text.Json.Nodes;
using Lakehouse.Gateway.Knowledge.Playbooks;
using Lakehouse.Gateway.Staffing.Tables;

namespace Lakehouse.Gateway.Staffing.Validation;

/// <summary>A playbook entry, before it is seeded.</summary>
internal sealed class PlaybookValidator : IArtifactValidator
{
    private const int MostNames = 2 * FillContext.MostWorkers;

    public string Kind => "playbook";

    public string Form => $$"""{"operation": "fill: Welder x2 in Toledo, OH", "endorsed_names": ["one to twice as many as are wanted"], "schema_fingerprint": "{{StaffingTables.Workers.Fingerprint}}"}""";

    public Task<ArtifactCheck> BindAsync(JsonObject context, CancellationToken cancellationToken)
    {
        context.Only("target_count", "schema_fingerprint");
        var (count, fingerprint) = (context.CountIn("target_count", FillContext.MostWorkers), context.TextIn("schema_fingerprint") ?? StaffingTables.Workers.Fingerprint);
        return Task.FromResult<ArtifactCheck>((artifact, _) => Task.FromResult<IReadOnlyList<Finding>>([.. Check(artifact, count, fingerprint)]));
    }

    private static IEnumerable<Finding> Check(JsonObject artifact, int? count, string fingerprint)
    {
        var operation = artifact.Text("operation");
        var target = operation is { Length: <= PlaybookOperation.Longest } ? FillOperation.Parse(operation)?.Count : null;
        if (target is null)
        {
            yield return new("operation_form", "operation", $"operation is {Finding.Said(operation)}; accepted is the form 'fill: Role xN in City, ST', such as 'fill: Welder x2 in Toledo, OH'.");
        }
        else if (count is not null && target != count)
        {
            yield return new("count_mismatch", "operation", $"operation is for {target} workers; wanted are {count}.");
        }

        foreach (var finding in Names(artifact["endorsed_names"], target ?? count))
        {
            yield return finding;
        }

        if (artifact.Text("schema_fingerprint") is not { } seen)
        {
            yield return new("fingerprint_missing", "schema_fingerprint", "schema_fingerprint is missing; accepted is the fingerprint of the table workers that the entry was made from.");
        }
        else if (!string.Equals(seen, fingerprint, StringComparison.Ordinal))
        {
            yield return new("fingerprint_drifted", "schema_fingerprint", $"schema_fingerprint is {Finding.Said(seen)}; the table workers has {Finding.Said(fingerprint)}.");
        }
    }

    private static IEnumerable<Finding> Names(JsonNode? names, int? target)
    {
        var most = target is { } count ? 2 * count : MostNames;
        if (names is not JsonArray list)
        {
            yield return new("shape", "endorsed_names", $"endorsed_names is {(names is null ? "missing" : "no list")}; accepted is a list of 1 to {most} names.");
            yield break;
        }

        if (list.Count < 1 || list.Count > most)
        {
            yield return new("endorsed_count", "endorsed_names", $"endorsed_names has {list.Count} names; accepted are 1 to {most}, which is twice as many as are wanted.");
        }

        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (var at = 0; at < Math.Min(list.Count, MostNames); at++)
        {
            var name = list[at] is JsonValue value && value.TryGetValue(out string? text) ? text.Trim() : "";
            if (name.Length == 0 || !seen.Add(name))
            {
                yield return new(name.Length == 0 ? "shape" : "duplicate_name", $"endorsed_names[{at}]", $"endorsed_names[{at}] is {(name.Length == 0 ? "empty or no text" : $"{Finding.Said(name)} again")}; accepted is each name once.");
            }
        }
    }
}
