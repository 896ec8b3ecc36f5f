namespace Lakehouse.Gateway.Keys;

/// <summary>
/// Keys that were looked up and do not exist. None of them ever will: keys are random, and what was revoked stays so.
/// Two generations, so that the memory is bounded and the latest are kept.
/// </summary>
internal sealed class UnknownKeys(int generation = 5_000)
{
    private readonly Lock _lock = new();
    private HashSet<KeyHash> _young = [];
    private HashSet<KeyHash> _old = [];

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _young.Count + _old.Count;
            }
        }
    }

    public bool Contains(KeyHash hash)
    {
        lock (_lock)
        {
            return _young.Contains(hash) || _old.Contains(hash);
        }
    }

    public void Add(KeyHash hash)
    {
        lock (_lock)
        {
            if (_young.Count == generation)
            {
                (_old, _young) = (_young, []);
            }

            _young.Add(hash);
        }
    }
}
