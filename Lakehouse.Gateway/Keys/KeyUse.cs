using System.Collections.Concurrent;

namespace Lakehouse.Gateway.Keys;

/// <summary>When each key was last used, kept here until the next batch goes to Postgres. Best effort.</summary>
internal sealed class KeyUse(KeyStore store)
{
    private static readonly TimeSpan Fine = TimeSpan.FromSeconds(1);
    private ConcurrentDictionary<string, DateTimeOffset> _seen = new(StringComparer.Ordinal);

    public void Saw(string id, DateTimeOffset now)
    {
        // a busy key writes to shared memory once a second, not with every request
        if (!_seen.TryGetValue(id, out var before) || now - before >= Fine)
        {
            _seen[id] = now;
        }
    }

    /// <exception cref="KeysUnavailableException">What was seen is forgotten: the next use says it again.</exception>
    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        var seen = Interlocked.Exchange(ref _seen, new(StringComparer.Ordinal));
        if (!seen.IsEmpty)
        {
            await store.UsedAsync(seen, cancellationToken);
        }
    }
}
