using System.Threading.Channels;
using System.Text.Json.Nodes;
using Dapper;
using Lakehouse.Gateway.Errors;
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

            if (!await Background.TryAsync(logger, token => TryWriteAsync(batch, token), stoppingToken))
            {
                Interlocked.Add(ref _dropped, batch.Count);
            }

            if (Interlocked.Exchange(ref _dropped, 0) is > 0 and var dropped)
            {
                LogDropped(dropped);
            }
        }
    }

    private async Task TryWriteAsync(List<Refusal> batch, CancellationToken cancellationToken)
    {
        try
        {
            await WriteAsync(batch, cancellationToken);
        }
        catch (Exception problem) when (problem is NpgsqlException or TimeoutException)
        {
            Interlocked.Add(ref _dropped, batch.Count);
        }
    }

    private async Task WriteAsync(List<Refusal> batch, CancellationToken cancellationToken)
    {
        await using var connection = await postgres.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition("""
            insert into gateway.refusals (request_id, at, consumer, model, task_class, session_id, status, code, message, trace_id, details)
            values (@RequestId, @At, @Consumer, @Model, @TaskClass, @SessionId, @Status, @Code, @Message, @TraceId, @details::jsonb) on conflict do nothing
            """, batch.Select(one => new
            {
                one.RequestId, one.At, one.Consumer, one.Model, one.TaskClass, one.SessionId, one.Status, one.Code, one.Message, one.TraceId,
                details = one.Truth is null ? null : new JsonObject { ["truth"] = one.Truth.DeepClone() }.ToJsonString(),
            }), cancellationToken: cancellationToken));
    }

    [LoggerMessage(LogLevel.Warning, "{Dropped} refusal(s) were not kept: too many at once, or Postgres is away.")]
    private partial void LogDropped(long dropped);
}
