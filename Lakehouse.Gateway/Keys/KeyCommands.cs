using Lakehouse.Gateway.Budgets;
using Lakehouse.Gateway.Errors;
using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.Gateway.Keys;

/// <summary>Makes, rotates and revokes keys. Each is committed first and announced then, before the caller is answered.</summary>
internal sealed partial class KeyCommands(KeyStore store, KeyChanges changes, TimeProvider time, ILogger<KeyCommands> logger)
{
    /// <returns>The key, and its text, which nobody can read again.</returns>
    public async Task<(VirtualKey Key, string Text)> CreateAsync(KeyRequest request, string by, CancellationToken cancellationToken)
    {
        var text = KeyText.New(request.Consumer);
        var now = time.GetUtcNow();
        var key = await store.InsertAsync(
            new(LakehouseId.NewKey(time), request.Consumer, request.Name, KeyHash.Of(text), KeyText.HintOf(text), request.Scopes, now, by, request.ExpiresAt),
            request.Limits is { } limits ? new(request.Consumer, limits, now, by) : null, cancellationToken);
        await changes.AnnounceKeyAsync(key.Id);
        if (request.Limits is not null)
        {
            await changes.AnnounceLimitsAsync();
        }

        LogCreated(key.Id, key.Consumer, by);
        return (key, text);
    }

    // text that is no id may be text that Postgres cannot take at all
    public async Task<VirtualKey> FindAsync(string id, CancellationToken cancellationToken) =>
        (id.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_') ? await store.FindAsync(id, cancellationToken) : null) ?? throw Unknown(id);

    /// <param name="grace">How long the key before it is admitted too.</param>
    public async Task<(VirtualKey Key, string Text)> RotateAsync(string id, TimeSpan grace, string by, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var seen = await FindAsync(id, cancellationToken);
        if (seen.RevokedAt is not null || seen.ExpiresAt <= now)
        {
            throw Conflict($"Key {id} {(seen.RevokedAt is null ? "has expired" : "was revoked")}; make a new one.");
        }

        // only two texts of a key are admitted at a time: another rotation would cut short the grace that somebody was promised
        if (grace > TimeSpan.Zero && seen.PreviousUntil > now)
        {
            throw Conflict($"Key {id} was rotated, and the one before it is admitted until {seen.PreviousUntil:yyyy-MM-dd'T'HH:mm:ss'Z'}; rotate again after that, or with grace_seconds 0 to end both at once.");
        }

        var text = KeyText.New(seen.Consumer);
        var key = await store.RotateAsync(seen, KeyHash.Of(text), KeyText.HintOf(text), grace > TimeSpan.Zero ? now + grace : null, cancellationToken)
            ?? throw Conflict($"Key {id} was rotated or revoked by somebody else just now; read it before you go on.");
        await changes.AnnounceKeyAsync(id);
        LogRotated(id, key.Consumer, by);
        return (key, text);
    }

    public async Task<VirtualKey> RevokeAsync(string id, string by, CancellationToken cancellationToken)
    {
        await FindAsync(id, cancellationToken);
        var key = await store.RevokeAsync(id, time.GetUtcNow(), cancellationToken);
        await changes.AnnounceKeyAsync(id);
        LogRevoked(id, key.Consumer, by);
        return key;
    }

    private static ApiError Unknown(string id) => new(404, "key_not_found", $"There is no key '{id}'; GET /v1/keys lists them.", "id");

    private static ApiError Conflict(string message) => new(409, "key_conflict", message, "id");

    [LoggerMessage(LogLevel.Information, "Key {KeyId} of {Consumer} was made by {By}.")]
    private partial void LogCreated(string keyId, string consumer, string by);

    [LoggerMessage(LogLevel.Information, "Key {KeyId} of {Consumer} was rotated by {By}.")]
    private partial void LogRotated(string keyId, string consumer, string by);

    [LoggerMessage(LogLevel.Information, "Key {KeyId} of {Consumer} was revoked by {By}.")]
    private partial void LogRevoked(string keyId, string consumer, string by);
}
