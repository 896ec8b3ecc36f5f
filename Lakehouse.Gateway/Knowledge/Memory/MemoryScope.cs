using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Keys;

namespace Lakehouse.Gateway.Knowledge.Memory;

/// <summary>Whose memory a caller may read and write: its own, and the shared ones that its key names. The operator's key may all.</summary>
/// <param name="Exact">One scope.</param>
/// <param name="Shared">And those whose name is like one of these, in SQL's sense.</param>
/// <param name="Anywhere">What is asked for by its id may be anybody's.</param>
internal sealed record MemoryScope(string Exact, string[] Shared, bool Anywhere = false)
{
    public const string SharedPrefix = "shared:";

    /// <summary>For SQL: with <c>@Exact</c> and <c>@Shared</c>.</summary>
    public const string Condition = "(scope = @Exact or scope like any(@Shared))";

    public static MemoryScope Of(Caller caller) => new(caller.Consumer, [.. Patterns(caller).Select(Like)], caller.Scopes.Admin);

    /// <param name="asked">Null = all that the caller may.</param>
    public static MemoryScope Of(Caller caller, string? asked) => asked is null ? Of(caller) : new(Checked(caller, asked), []);

    /// <exception cref="ApiError">400: no scope's name; 403: not the caller's.</exception>
    public static string Checked(Caller caller, string? asked)
    {
        if (asked is null)
        {
            return caller.Consumer;
        }

        var name = asked.StartsWith(SharedPrefix, StringComparison.Ordinal) ? asked[SharedPrefix.Length..] : asked;
        if (!ConsumerName.IsValid(name))
        {
            throw ApiError.BadInput("scope", $"scope is '{(asked.Length <= 80 ? asked : asked[..80] + "…")}'; accepted is a consumer's name, or {SharedPrefix} and a name of {ConsumerName.Accepted}.");
        }

        return May(caller, asked)
            ? asked
            : throw new ApiError(403, "memory_denied", $"The key of {caller.Consumer} has not the memory of '{asked}'; it has {string.Join(", ", [caller.Consumer, .. Patterns(caller)])}.", "scope");
    }

    public static bool May(Caller caller, string scope) =>
        caller.Scopes.Admin || scope == caller.Consumer || Patterns(caller).Any(pattern => scope.StartsWith(SharedPrefix, StringComparison.Ordinal) && ScopePattern.Matches(pattern, scope));

    private static IEnumerable<string> Patterns(Caller caller) => caller.Scopes.Admin ? [$"{SharedPrefix}*"] : caller.Scopes.Memory ?? [];

    private static string Like(string pattern) =>
        pattern.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace('*', '%');
}
