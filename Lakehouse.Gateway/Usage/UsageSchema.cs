using Lakehouse.ServiceDefaults;
using Npgsql;

namespace Lakehouse.Gateway.Usage;

/// <summary>
/// Brings the schema <c>gateway</c> up to date before the service takes its first request; where Postgres is not there, as
/// soon as it is, for what needs no Postgres can be served without.
/// </summary>
internal sealed partial class UsageSchema(IConfiguration configuration, TimeProvider time, ILogger<UsageSchema> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private bool _done;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await TryAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        while (!_done && await timer.WaitForNextTickAsync(stoppingToken))
        {
            await TryAsync(stoppingToken);
        }
    }

    private async Task TryAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Migrations.ApplyAsync(configuration.GetConnectionString("lakehouse")!, "gateway", typeof(UsageSchema).Assembly, cancellationToken);
            _done = true;
        }
        catch (Exception problem) when (problem is NpgsqlException { IsTransient: true } or InvalidOperationException { InnerException: NpgsqlException { IsTransient: true } })
        {
            LogAway(problem.Message);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The tables of the gateway wait for Postgres: {Problem}")]
    private partial void LogAway(string problem);
}
