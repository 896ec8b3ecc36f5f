using Lakehouse.Gateway.Budgets;
using StackExchange.Redis;

namespace Lakehouse.Gateway.Keys;

/// <summary>Tells every gateway that a key or the limits were changed: this one before it answers, the others over Redis.</summary>
internal sealed partial class KeyChanges(IConnectionMultiplexer redis, KeySnapshot keys, LimitsStore limits, ILogger<KeyChanges> logger)
{
    public static readonly RedisChannel Channel = RedisChannel.Literal("lh:keys");

    /// <summary>In place of a key's id: the limits of consumers.</summary>
    private const string Limits = "limits";

    /// <summary>Called after the commit, so the caller may be gone already.</summary>
    public async Task AnnounceKeyAsync(string id)
    {
        // the others need not wait for a read of ours that may be going on
        var forgotten = keys.ForgetAsync(id, CancellationToken.None);
        await PublishAsync(id);
        await forgotten;
    }

    public async Task AnnounceLimitsAsync()
    {
        await PublishAsync(Limits);
        try
        {
            await limits.ReloadAsync(CancellationToken.None);
        }
        catch (KeysUnavailableException problem)
        {
            LogUnread(problem.Message);
        }
    }

    /// <summary>Does here what another gateway announced.</summary>
    public Task HearAsync(string message, CancellationToken cancellationToken) =>
        message == Limits ? limits.ReloadAsync(cancellationToken) : keys.ForgetAsync(message, cancellationToken);

    private async Task PublishAsync(string message)
    {
        try
        {
            await redis.GetSubscriber().PublishAsync(Channel, message);
        }
        catch (Exception problem) when (problem is RedisException or RedisTimeoutException or ObjectDisposedException)
        {
            LogUnheard(problem.Message);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Other gateways learn of a change of keys or limits only when they read Postgres again: {Problem}")]
    private partial void LogUnheard(string problem);

    [LoggerMessage(LogLevel.Warning, "Limits were changed and could not be read again yet: {Problem}")]
    private partial void LogUnread(string problem);
}
