namespace Lakehouse.Gateway.Keys;

/// <summary>A key that an operator gave out, without its text, which nobody keeps.</summary>
/// <param name="Hint">The first eight characters of its random part.</param>
/// <param name="PreviousHash">The key before the last rotation, which is admitted until <paramref name="PreviousUntil"/>.</param>
internal sealed record VirtualKey(
    string Id, string Consumer, string Name, KeyHash Hash, string Hint, KeyScopes Scopes, DateTimeOffset CreatedAt, string CreatedBy,
    DateTimeOffset? ExpiresAt, DateTimeOffset? RevokedAt = null, DateTimeOffset? LastUsedAt = null, KeyHash? PreviousHash = null, DateTimeOffset? PreviousUntil = null)
{
    /// <summary>The texts that are this key, and whom each admits until when.</summary>
    public IEnumerable<(KeyHash Hash, Admission Admission)> Admissions()
    {
        var caller = new Caller(Consumer, Id, Scopes);
        yield return (Hash, new(caller, ExpiresAt));
        if (PreviousHash is { } previous && PreviousUntil is { } until)
        {
            yield return (previous, new(caller, ExpiresAt < until ? ExpiresAt : until));
        }
    }
}

/// <param name="Until">Null = for ever.</param>
internal sealed record Admission(Caller Caller, DateTimeOffset? Until);
