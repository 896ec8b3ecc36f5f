using System.Collections.Concurrent;

namespace Lakehouse.Gateway.Keys;

/// <summary>
/// The virtual keys in memory, so that a request asks no database. Whatever reads Postgres for it does so one at a time:
/// what was read later is taken later, and a revoked key cannot come back by a slow read.
/// </summary>
internal sealed class KeySnapshot(KeyStore store) : IDisposable
{
    private const int MostWaiting = 10_000;
    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly UnknownKeys _unknown = new();
    private readonly Lock _lock = new();
    private Dictionary<KeyHash, TaskCompletionSource<Admission?>> _asked = [];
    private volatile ConcurrentDictionary<KeyHash, Admission> _keys = new();

    public IEnumerable<string> Consumers => _keys.Values.Select(key => key.Caller.Consumer).Distinct(StringComparer.Ordinal);

    public Admission? Find(KeyHash hash) => _keys.GetValueOrDefault(hash);

    /// <exception cref="KeysUnavailableException">The keys stay as they are.</exception>
    public Task ReloadAsync(CancellationToken cancellationToken) => AloneAsync(async () =>
    {
        var live = await store.LiveAsync(cancellationToken);
        _keys = new(live.SelectMany(key => key.Admissions()).Select(key => KeyValuePair.Create(key.Hash, key.Admission)));
    }, cancellationToken);

    /// <summary>The key was changed: what is known of it no longer holds, and its next use asks Postgres.</summary>
    public Task ForgetAsync(string id, CancellationToken cancellationToken)
    {
        // at once, and again after a read that may have begun before the change
        Remove(id);
        return AloneAsync(() =>
        {
            Remove(id);
            return Task.CompletedTask;
        }, cancellationToken);
    }

    /// <summary>Asks Postgres for a key that is not in memory; all that are asked for at the same time in one question.</summary>
    /// <exception cref="KeysUnavailableException">Nobody knows.</exception>
    public async Task<Admission?> LookUpAsync(KeyHash hash, CancellationToken cancellationToken)
    {
        if (_unknown.Contains(hash))
        {
            return null;
        }

        var answer = Ask(hash);
        await AloneAsync(() => answer.IsCompleted ? Task.CompletedTask : AnswerAllAsync(), cancellationToken);
        return await answer;
    }

    public void Dispose() => _one.Dispose();

    private Task<Admission?> Ask(KeyHash hash)
    {
        lock (_lock)
        {
            if (!_asked.TryGetValue(hash, out var asked))
            {
                // somebody floods us with keys of the right form: memory is bounded too
                if (_asked.Count == MostWaiting)
                {
                    throw new KeysUnavailableException();
                }

                _asked[hash] = asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            return asked.Task;
        }
    }

    private async Task AnswerAllAsync()
    {
        Dictionary<KeyHash, TaskCompletionSource<Admission?>> asked;
        lock (_lock)
        {
            (asked, _asked) = (_asked, []);
        }

        try
        {
            // not the token of the one who happens to ask: others wait for the same answer
            foreach (var (hash, admission) in (await store.LiveAsync(asked.Keys, CancellationToken.None)).SelectMany(key => key.Admissions()))
            {
                _keys[hash] = admission;
            }

            foreach (var (hash, answer) in asked)
            {
                var found = Find(hash);
                if (found is null)
                {
                    _unknown.Add(hash);
                }

                answer.SetResult(found);
            }
        }
        catch (Exception problem)
        {
            foreach (var answer in asked.Values)
            {
                answer.TrySetException(problem);
            }
        }
    }

    private void Remove(string id)
    {
        var keys = _keys;
        foreach (var (hash, _) in keys.Where(key => key.Value.Caller.KeyId == id))
        {
            keys.TryRemove(hash, out _);
        }
    }

    private async Task AloneAsync(Func<Task> work, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            await work();
        }
        finally
        {
            _one.Release();
        }
    }
}
