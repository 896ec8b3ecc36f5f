using System.Buffers;
using System.Globalization;
using Lakehouse.Gateway.Errors;

namespace Lakehouse.Gateway.Sessions;

/// <summary><c>after</c> (exclusive) and <c>limit</c> of a list.</summary>
internal sealed record PageQuery(string? After, int Limit)
{
    public const int Most = 500;
    public const int Default = 100;
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");
    private static readonly string[] Names = ["after", "limit"];

    /// <param name="prefix">What a cursor begins with: <c>ses_</c>, <c>aud_</c>; 32 hexadecimal digits follow.</param>
    public static PageQuery OfIds(IQueryCollection query, string prefix, params string[] others)
    {
        Known(query, others);
        var after = Text(query, "after");
        return after is null || IsId(after, prefix)
            ? new(after, LimitOf(query))
            : throw ApiError.BadInput("after", $"after is '{Shorten(after!)}'; accepted is an id that this list gave ({prefix}…).");
    }

    /// <returns>The number after which to go on; 0 = from the first.</returns>
    public static (long After, int Limit) OfNumbers(IQueryCollection query)
    {
        Known(query, []);
        var text = Text(query, "after") ?? "0";
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var after)
            ? (after, LimitOf(query))
            : throw ApiError.BadInput("after", $"after is '{Shorten(text)}'; accepted is the seq of a message.");
    }

    public static bool IsId(string text, string prefix) =>
        text.Length == prefix.Length + 32 && text.StartsWith(prefix, StringComparison.Ordinal) && !text.AsSpan(prefix.Length).ContainsAnyExcept(Digits);

    public static string? Text(IQueryCollection query, string name) => query[name] is [{ Length: > 0 } value, ..] ? value : null;

    private static int LimitOf(IQueryCollection query)
    {
        var text = Text(query, "limit") ?? $"{Default}";
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is >= 1 and <= Most
            ? limit
            : throw ApiError.BadInput("limit", $"limit is '{Shorten(text)}'; accepted is 1 to {Most}.");
    }

    private static void Known(IQueryCollection query, string[] others)
    {
        if (query.Keys.FirstOrDefault(key => !Names.Contains(key) && !others.Contains(key)) is { } unknown)
        {
            throw ApiError.BadInput(Shorten(unknown), $"Unknown parameter '{Shorten(unknown)}'; accepted are {string.Join(", ", [.. Names, .. others])}.");
        }
    }

    private static string Shorten(string text) => text.Length <= 80 ? text : text[..80] + "…";
}

/// <summary>Part of a list.</summary>
/// <param name="NextAfter">What to send as <c>after</c> for the next part; null = this was the last.</param>
internal sealed record Page<T>(string Object, IReadOnlyList<T> Data, bool HasMore, string? NextAfter)
{
    /// <param name="found">One more than the limit, where there are more.</param>
    public static Page<T> Of(IReadOnlyList<T> found, int limit, Func<T, string> cursor) =>
        found.Count > limit ? new("list", [.. found.Take(limit)], true, cursor(found[limit - 1])) : new("list", found, false, null);
}
