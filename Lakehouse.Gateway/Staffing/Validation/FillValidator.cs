using System.Text.Json.Nodes;
using Dapper;
using Lakehouse.Gateway.Sessions;
using Lakehouse.Gateway.Staffing.Loading;
using Npgsql;

namespace Lakehouse.Gateway.Staffing.Validation;

/// <summary>Whether the proposed workers exist, may be sent, and are those that were asked for.</summary>
internal sealed class FillValidator(NpgsqlDataSource postgres) : IArtifactValidator
{
    public string Kind => "fill";

    public string Form => """{"fills": [{"worker_id": "W-17", "name": "as search_workers gave it"}]}, one entry for each worker, as many as are wanted""";

    public async Task<ArtifactCheck> BindAsync(JsonObject context, CancellationToken cancellationToken)
    {
        var wanted = FillContext.Parse(context);
        await postgres.UseAsync(async connection =>
        {
            await DatasetRecord.DemandAsync(connection, ["workers"], cancellationToken);
            return true;
        }, cancellationToken);
        return (artifact, cancelled) => CheckAsync(artifact, wanted, cancelled);
    }

    private async Task<IReadOnlyList<Finding>> CheckAsync(JsonObject artifact, FillContext wanted, CancellationToken cancellationToken)
    {
        if (artifact["fills"] is not JsonArray fills)
        {
            return [new("shape", "fills", $"fills is {(artifact["fills"] is null ? "missing" : "no list")}; accepted is {Form}.")];
        }

        var findings = new List<Finding>();
        if (fills.Count != wanted.TargetCount)
        {
            findings.Add(new("count_mismatch", "fills", $"fills has {fills.Count} workers; wanted are {wanted.TargetCount}."));
        }

        // more than anybody can want is not looked up
        var proposed = fills.Take(2 * FillContext.MostWorkers).Select((fill, at) => (Path: $"fills[{at}]", Fill: fill as JsonObject, Id: (fill as JsonObject)?.Text("worker_id"))).ToList();
        var known = await FindAsync([.. proposed.Select(one => one.Id).OfType<string>()], cancellationToken);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (path, fill, id) in proposed)
        {
            findings.AddRange(id is null
                ? [new("shape", $"{path}.worker_id", $"{path}.worker_id is missing or no text; accepted is an id such as W-17.")]
                : FillChecks.Of(path, id, fill!.Text("name"), known.GetValueOrDefault(id), seen.Add(id), wanted));
        }

        return findings;
    }

    private async Task<Dictionary<string, FillWorker>> FindAsync(string[] ids, CancellationToken cancellationToken) => await postgres.UseAsync(async connection =>
        (await connection.QueryAsync<FillWorker>(new CommandDefinition(
            "select worker_id as id, name, role, city, state, status from staffing.workers where worker_id = any(@ids)", new { ids = ids.Where(id => !id.Contains('\0', StringComparison.Ordinal)).ToArray() }, cancellationToken: cancellationToken)))
        .ToDictionary(worker => worker.Id, StringComparer.Ordinal), cancellationToken);
}

/// <summary>What the checks need to know of a worker.</summary>
internal sealed record FillWorker(string Id, string Name, string Role, string City, string State, string Status);
