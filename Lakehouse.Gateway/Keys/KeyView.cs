using System.Text.Json.Serialization;

namespace Lakehouse.Gateway.Keys;

/// <summary>A key as it is shown: never a hash, and its text only once, when it is made or rotated.</summary>
/// <param name="Hint">The first eight characters of its random part.</param>
/// <param name="Limits">Of its consumer, where the request that made the key set them.</param>
/// <param name="PreviousUntil">The key before the last rotation is admitted until then.</param>
internal sealed record KeyView(
    string Id, string Consumer, string Name, string Hint, KeyScopes Scopes, DateTimeOffset CreatedAt, string CreatedBy, DateTimeOffset? ExpiresAt,
    DateTimeOffset? RevokedAt, DateTimeOffset? LastUsedAt, DateTimeOffset? PreviousUntil, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Key,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyDictionary<string, long?>? Limits = null)
{
    public static KeyView Of(VirtualKey key) => Of(key, null);

    public static KeyView Of(VirtualKey key, string? text) => new(
        key.Id, key.Consumer, key.Name, key.Hint, key.Scopes, key.CreatedAt, key.CreatedBy, key.ExpiresAt, key.RevokedAt, key.LastUsedAt, key.PreviousUntil, text);
}

/// <summary>A page of keys, oldest first.</summary>
/// <param name="LastId">What to send as <c>after</c> for the next page.</param>
internal sealed record KeyPage(IReadOnlyList<KeyView> Data, bool HasMore, string? LastId);
