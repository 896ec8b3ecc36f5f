using System.Threading.Channels;
using System.Text.Json.Nodes;
using Dapper;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Usage;
using Npgsql;

namespace Lakehouse.Gateway.Requests;

/// <summary>
/// Keeps refusals, so that <c>/v1/requests/{id}</c> explains those too. They cost nobody anything, so a flood of them may be
/// dropped rather than slow the gateway down: the counter says how many.
/// </summary>
internal sealed partial class RefusalLog(NpgsqlDataSource postgres, ILogger<RefusalLog> logger) : BackgroundService
{
    private const int Batch = 200;
    private readonly Channel<Refusal> _waiting = Channel.CreateBounded<Refusal>(new BoundedChannelOptions(5_000) { SingleReader = true });
    private long _dropped;

    public void Add(Refusal refusal)
    {
        if (!_waiting.Writer.TryWrite(refusal))
        {
            Interlocked.Increment(ref _dropped);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (await _waiting.Reader.WaitToReadAsync(stoppingToken))
        {
            var batch = new List<Refusal>();
            while (batch.Count < Batch && _waiting.Reader.TryRead(out var one))
            {
                batch.Add(one);
            }

            await Background.TryAsync(logger, token => WriteAsync(batch, token), stoppingToken);
            if (Interlocked.Exchange(ref _dropped, 0) is > 0 and var dropped)
            {
                LogDropped(dropped);
            }
        }
    }

    private async Task WriteAsync(List<Refusal> batch, CancellationToken cancellationToken)
    {
        var kept = 0;
        try
        {
            await using var connection = await postgres.OpenConnectionAsync(cancellationToken);
            foreach (var one in batch)
            {
                kept += await WriteAsync(connection, one, cancellationToken) ? 1 : 0;
            }
        }
        catch (Exception problem) when (problem is NpgsqlException or TimeoutException)
        {
            LogAway(problem.Message);
        }
        finally
        {
            Interlocked.Add(ref _dropped, batch.Count - kept);
        }
    }

    /// <returns>False = Postgres does not take this one; the next may be taken all the same.</returns>
    private static async Task<bool> WriteAsync(NpgsqlConnection connection, Refusal one, CancellationToken cancellationToken)
    {
        try
        {
            await connection.ExecuteAsync(new CommandDefinition("""
                insert into gateway.refusals (request_id, at, consumer, model, task_class, session_id, status, code, message, trace_id, details)
                values (@RequestId, @At, @Consumer, @Model, @TaskClass, @SessionId, @Status, @Code, @Message, @TraceId, @details::jsonb) on conflict do nothing
                """, new
            {
                one.RequestId, one.At, one.Consumer, one.Model, one.TaskClass, one.SessionId, one.Status, one.Code, Message = StorableText.Of(one.Message), one.TraceId,
                details = one.Truth is null ? null : new JsonObject { ["truth"] = one.Truth.DeepClone() }.ToJsonString(),
            }, cancellationToken: cancellationToken));
            return true;
        }
        catch (PostgresException problem) when (!problem.IsTransient)
        {
            return false;
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Dropped} refusal(s) were not kept: too many at once, Postgres is away, or it does not take them.")]
    private partial void LogDropped(long dropped);

    [LoggerMessage(LogLevel.Debug, "Refusals could not be kept: {Problem}")]
    private partial void LogAway(string problem);
}
