using Lakehouse.ServiceDefaults;
using Npgsql;

namespace Lakehouse.Observer.Ingest;

/// <summary>
/// Brings the schema up to date and counts what is stored, before the first event. When Postgres does not answer yet,
/// the service starts anyway (its health says what it waits for) and tries again until it does.
/// </summary>
internal sealed partial class EventLogStart(
    IConfiguration configuration, NpgsqlDataSource database, EventLog events, IHostApplicationLifetime lifetime, ILogger<EventLogStart> log) : IHostedService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private Task _retrying = Task.CompletedTask;
    private volatile string? _missing = "the stored events have not been counted yet";

    /// <summary>What the service still waits for; null when events can be taken.</summary>
    public string? Missing => _missing;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!await TryAsync(cancellationToken))
        {
            _retrying = RetryAsync(lifetime.ApplicationStopping);
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken) =>
        await _retrying.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private async Task RetryAsync(CancellationToken stopping)
    {
        do
        {
            await Task.Delay(Pause, TimeProvider.System, stopping);
        }
        while (!await TryAsync(stopping));
    }

    private async Task<bool> TryAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Migrations.ApplyAsync(configuration.GetConnectionString("lakehouse")!, "observer", typeof(EventLogStart).Assembly, cancellationToken);
            await EnableTrigramsAsync(cancellationToken);
            await events.CatchUpAsync(cancellationToken);
            _missing = null;
            return true;
        }
        catch (Exception fault) when (fault is NpgsqlException || fault.InnerException is NpgsqlException)
        {
            // a migration that the database refuses is here too: a missing right can be granted without a restart
            _missing = fault.Message;
            LogWaiting(fault.Message);
            return false;
        }
    }

    // optional: without the extension the landing rate counts equal gaps only, and says so
    private async Task EnableTrigramsAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var command = database.CreateCommand("create extension if not exists pg_trgm");
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (PostgresException refused)
        {
            LogNoTrigrams(refused.MessageText);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Postgres is not ready for the observer, trying again: {Reason}")]
    private partial void LogWaiting(string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "pg_trgm could not be enabled, similar gaps will not be recognised: {Reason}")]
    private partial void LogNoTrigrams(string reason);
}
