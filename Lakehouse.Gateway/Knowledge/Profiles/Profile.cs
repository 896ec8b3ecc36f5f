using System.Text.Json.Nodes;

namespace Lakehouse.Gateway.Knowledge.Profiles;

/// <summary>One version of a profile, as <c>/v1/profiles</c> answers it.</summary>
/// <param name="Version">From 1 without gaps; the last one holds, unless it was retired.</param>
/// <param name="TaskClasses">Of which requests it is the profile without being named; <c>x.any</c> for every <c>x.…</c>.</param>
internal sealed record Profile(
    string Kind, string Name, int Version, JsonObject Settings, IReadOnlyList<string> TaskClasses, string? Note, DateTimeOffset CreatedAt, string CreatedBy, DateTimeOffset? RetiredAt, string? RetiredBy)
{
    public string Object { get; } = "profile";

    /// <summary>As the header and the ledger name it.</summary>
    public string Label => $"{Kind}={Name}@{Version}";
}

/// <summary>What somebody wants a profile to be.</summary>
/// <param name="ExpectedVersion">The version that this follows, 0 for a new one; null = whatever is there.</param>
internal sealed record ProfileWish(string Kind, string Name, JsonObject Settings, IReadOnlyList<string> TaskClasses, string? Note, int? ExpectedVersion);

/// <param name="Decision">ADD, UPDATE, or NOOP: it was so already.</param>
internal sealed record ProfileDecision(string Decision, Profile Profile);
