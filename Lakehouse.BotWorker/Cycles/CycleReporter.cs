using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Dapper;
using Lakehouse.BotWorker.Gateway;
using Lakehouse.BotWorker.Observer;
using Lakehouse.ServiceDefaults.Contracts;
using Npgsql;

namespace Lakehouse.BotWorker.Cycles;

/// <summary>
/// Brings a stored result to where it is looked for: a file, the observer, and the gateway's playbooks. None can fail a cycle: what
/// does not succeed stays null in <c>bot.cycles</c> and is tried again.
/// </summary>
internal sealed partial class CycleReporter(CycleStore store, CycleQueries queries, CycleFolders folders, ObserverClient observer, GatewayClient gateway, NpgsqlDataSource database, TimeProvider time, ILogger<CycleReporter> logger)
{
    public async Task DeliverAsync(string cycleId, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(cycleId, cancellationToken) is not { FinishedAt: not null } cycle)
        {
            return;
        }

        await ExportAsync(cycle, cancellationToken);
        if (!cycle.DryRun)
        {
            // a late delivery belongs to the cycle's trace as well
            using var activity = Activity.Current is null
                ? CycleTelemetry.Source.StartActivity(ServiceDefaults.Telemetry.TelemetryNames.Cycle.Report, ActivityKind.Internal, cycle.TraceParent)
                : null;
            await ObserveAsync(cycle, cancellationToken);
            await RememberAsync(cycle, cancellationToken);
        }
    }

    private async Task ExportAsync(CycleRecord cycle, CancellationToken cancellationToken)
    {
        try
        {
            var view = await queries.ViewAsync(cycle, cancellationToken);
            await ResultFile.WriteAsync(folders.Result(cycle.CycleId), JsonSerializer.Serialize(view, LakehouseJson.Options), cancellationToken);
            await MarkAsync("exported_at", cycle.CycleId, cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            LogNotExported(failure, cycle.CycleId);
        }
    }

    private async Task ObserveAsync(CycleRecord cycle, CancellationToken cancellationToken)
    {
        try
        {
            await observer.SendAsync(CycleEvent.Of(cycle), cancellationToken);
            await MarkAsync("observed_at", cycle.CycleId, cancellationToken);
        }
        catch (ObserverException failure)
        {
            LogNotObserved(cycle.CycleId, failure.Message);
        }
    }

    private async Task RememberAsync(CycleRecord cycle, CancellationToken cancellationToken)
    {
        if (!await queries.IsForgottenAsync(cycle.CycleId, cancellationToken))
        {
            return;
        }

        try
        {
            if (CycleLesson.Of(cycle) is { } lesson)
            {
                await gateway.TellAsync(lesson, cancellationToken);
            }
        }
        catch (GatewayException failure) when (failure.Status is not (HttpStatusCode.BadRequest or HttpStatusCode.NotFound or HttpStatusCode.Conflict))
        {
            LogNotRemembered(cycle.CycleId, failure.Message);
            return;
        }
        catch (GatewayException refused)
        {
            // said again it would be refused again
            LogRefused(cycle.CycleId, refused.Message);
        }

        await MarkAsync("remembered_at", cycle.CycleId, cancellationToken);
    }

    private async Task MarkAsync(string column, string cycleId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            $"update bot.cycles set {column} = coalesce({column}, @now) where cycle_id = @cycleId", new { cycleId, now = time.GetUtcNow() }, cancellationToken: cancellationToken));
    }

    [LoggerMessage(LogLevel.Warning, "The result file of cycle {CycleId} could not be written; it is tried again")]
    private partial void LogNotExported(Exception failure, string cycleId);

    [LoggerMessage(LogLevel.Warning, "The observer did not take cycle {CycleId}; it is sent again: {Reason}")]
    private partial void LogNotObserved(string cycleId, string reason);

    [LoggerMessage(LogLevel.Warning, "The gateway did not take cycle {CycleId} as a playbook; it is told again: {Reason}")]
    private partial void LogNotRemembered(string cycleId, string reason);

    [LoggerMessage(LogLevel.Warning, "The gateway refused cycle {CycleId} as a playbook: {Reason}")]
    private partial void LogRefused(string cycleId, string reason);
}
