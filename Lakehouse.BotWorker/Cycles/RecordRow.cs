using System.Text.Json;
using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.BotWorker.Cycles;

/// <summary>A stored record; the job's id is a column of its own because a cycle that is taken up may get a new job.</summary>
internal sealed record RecordRow(string Record, string? JobId)
{
    public CycleRecord ToRecord() => JsonSerializer.Deserialize<CycleRecord>(Record, LakehouseJson.Options)! with { JobId = JobId };
}
