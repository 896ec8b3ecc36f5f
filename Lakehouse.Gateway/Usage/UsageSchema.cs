using Lakehouse.Gateway.Errors;
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
        _done = await TryAsync(cancellationToken);
        if (!_done)
        {
            LogAway();
        }

        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        while (!_done && await timer.WaitForNextTickAsync(stoppingToken))
        {
            await Background.TryAsync(logger, async token => _done = await TryAsync(token), stoppingToken);
        }
    }

    private static bool IsAway(Exception problem) => problem is NpgsqlException { IsTransient: true };

    private async Task<bool> TryAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Migrations.ApplyAsync(configuration.GetConnectionString("lakehouse")!, "gateway", typeof(UsageSchema).Assembly, cancellationToken);
            return true;
        }
        catch (Exception problem) when (IsAway(problem) || IsAway(problem.InnerException ?? problem))
        {
            return false;
        }
    }

    [LoggerMessage(LogLevel.Warning, "Postgres does not answer; the tables of the gateway are made when it does.")]
    private partial void LogAway();
}
