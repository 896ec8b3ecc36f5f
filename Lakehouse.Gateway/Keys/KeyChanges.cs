using Lakehouse.Gateway.Budgets;
using Lakehouse.Gateway.Knowledge.Profiles;
using StackExchange.Redis;

namespace Lakehouse.Gateway.Keys;

/// <summary>Tells every gateway that a key, the limits or the profiles were changed: this one before it answers, the others over Redis.</summary>
internal sealed partial class KeyChanges(IConnectionMultiplexer redis, KeySnapshot keys, LimitsStore limits, ProfileBook profiles, ILogger<KeyChanges> logger)
{
    public static readonly RedisChannel Channel = RedisChannel.Literal("lh:keys");

    /// <summary>In place of a key's id: the limits of consumers.</summary>
    private const string Limits = "limits";

    /// <summary>In place of a key's id.</summary>
    private const string Profiles = "profiles";

    /// <summary>Called after the commit, so the caller may be gone already.</summary>
    public async Task AnnounceKeyAsync(string id)
    {
        // the others need not wait for a read of ours that may be going on
        var forgotten = keys.ForgetAsync(id, CancellationToken.None);
        await PublishAsync(id);
        await forgotten;
    }

    public Task AnnounceLimitsAsync() => AnnounceAsync(Limits, limits.ReloadAsync);

    public Task AnnounceProfilesAsync() => AnnounceAsync(Profiles, profiles.ReloadAsync);

    /// <summary>Does here what another gateway announced.</summary>
    public Task HearAsync(string message, CancellationToken cancellationToken) => message switch
    {
        Limits => limits.ReloadAsync(cancellationToken),
        Profiles => profiles.ReloadAsync(cancellationToken),
        _ => keys.ForgetAsync(message, cancellationToken),
    };

    private async Task AnnounceAsync(string what, Func<CancellationToken, Task> reload)
    {
        await PublishAsync(what);
        try
        {
            await reload(CancellationToken.None);
        }
        catch (KeysUnavailableException problem)
        {
            LogUnread(problem.Message);
        }
    }

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

    [LoggerMessage(LogLevel.Warning, "Other gateways learn of a change of keys, limits or profiles only when they read Postgres again: {Problem}")]
    private partial void LogUnheard(string problem);

    [LoggerMessage(LogLevel.Warning, "Limits or profiles were changed and could not be read again yet: {Problem}")]
    private partial void LogUnread(string problem);
}
