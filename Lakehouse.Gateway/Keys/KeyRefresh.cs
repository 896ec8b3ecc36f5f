using System.Threading.Channels;
using Lakehouse.Gateway.Budgets;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Knowledge.Profiles;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Lakehouse.Gateway.Keys;

/// <summary>
/// Keeps the keys, limits and profiles in memory equal to Postgres: before the first request, when another gateway announces a change,
/// when Redis is back (announcements were missed), and every few seconds whatever happens.
/// </summary>
internal sealed partial class KeyRefresh(
    IConnectionMultiplexer redis, KeyChanges changes, KeySnapshot keys, LimitsStore limits, ProfileBook profiles, KeyUse use, IOptions<KeyRefreshOptions> options, TimeProvider time, ILogger<KeyRefresh> logger) : BackgroundService
{
    // one place: a wish that comes while a read goes on is another read
    private readonly Channel<bool> _wishes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private bool _hears;
    private bool _away;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await ListenAsync();
        await RefreshAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TryAsync(use.WriteAsync, cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        redis.ConnectionRestored += OnRestored;
        await using var timer = time.CreateTimer(_ => Wish(), null, options.Value.Interval, options.Value.Interval);
        try
        {
            await foreach (var _ in _wishes.Reader.ReadAllAsync(stoppingToken))
            {
                await Background.TryAsync(logger, async token =>
                {
                    await ListenAsync();
                    await RefreshAsync(token);
                }, stoppingToken);
            }
        }
        finally
        {
            redis.ConnectionRestored -= OnRestored;
        }
    }

    private void OnRestored(object? sender, ConnectionFailedEventArgs connection) => Wish();

    private void Wish() => _wishes.Writer.TryWrite(true);

    private async Task ListenAsync()
    {
        if (_hears)
        {
            return;
        }

        try
        {
            var announced = await redis.GetSubscriber().SubscribeAsync(KeyChanges.Channel);
            announced.OnMessage(message =>
            {
                // not awaited: a revocation must not queue behind what waits for Postgres
                _ = TryAsync(token => changes.HearAsync(message.Message.ToString(), token), CancellationToken.None);
                Wish();
            });
            _hears = true;
        }
        catch (Exception problem) when (problem is RedisException or RedisTimeoutException)
        {
            LogDeaf(problem.Message);
        }
    }

    private Task RefreshAsync(CancellationToken cancellationToken) => TryAsync(async token =>
    {
        await keys.ReloadAsync(token);
        await limits.ReloadAsync(token);
        await profiles.ReloadAsync(token);
        await use.WriteAsync(token);
    }, cancellationToken);

    private async Task TryAsync(Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        try
        {
            await work(cancellationToken);
            _away = false;
        }
        catch (Exception problem) when (problem is KeysUnavailableException or ObjectDisposedException)
        {
            // said once, not every few seconds
            if (!_away)
            {
                _away = true;
                LogAway(problem.Message);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "Keys and limits stay as they were read last: {Problem}")]
    private partial void LogAway(string problem);

    [LoggerMessage(LogLevel.Warning, "Changes of keys and limits by other gateways are seen only by reading Postgres again: {Problem}")]
    private partial void LogDeaf(string problem);
}

/// <summary>Section <c>KeyRefresh</c> (not below <c>Keys</c>, where every name is a consumer's).</summary>
internal sealed class KeyRefreshOptions
{
    public const string Section = "KeyRefresh";

    /// <summary>How often keys and limits are read again, should an announcement be missed; last uses are written as often.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(5);

    public bool IsValid => Interval >= TimeSpan.FromMilliseconds(100) && Interval <= TimeSpan.FromMinutes(5);
}
