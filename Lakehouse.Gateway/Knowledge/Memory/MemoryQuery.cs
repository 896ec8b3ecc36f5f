using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Keys;
using Lakehouse.Gateway.Sessions;

namespace Lakehouse.Gateway.Knowledge.Memory;

/// <summary>The parameters of <c>GET /v1/memory</c>, checked.</summary>
internal static class MemoryQuery
{
    private static readonly string[] States = ["live", "closed", "all"];

    public static MemoryFilter Filter(IQueryCollection query, Caller caller)
    {
        var page = PageQuery.OfIds(query, "mem_", "scope", "kind", "key", "state", "as_of");
        var (state, asOf) = (OneOf(query, "state", States), Time(query, "as_of"));
        return state is not null && asOf is not null
            ? throw ApiError.BadInput("state", "state is given with as_of, which says which rows; accepted is one of both.")
            : new(MemoryScope.Of(caller, Text(query, "scope")), OneOf(query, "kind", MemoryKind.All), Text(query, "key"), state ?? "live", asOf, page);
    }

    /// <returns>The scope, and how many findings of each kind.</returns>
    public static (MemoryScope Scope, int Limit) Audit(IQueryCollection query, Caller caller)
    {
        var page = PageQuery.OfIds(query, "mem_", "scope");
        return page.After is null ? (MemoryScope.Of(caller, Text(query, "scope")), page.Limit) : throw ApiError.BadInput("after", "after is not a parameter here; accepted are scope, limit.");
    }

    public static string? Text(IQueryCollection query, string name, int most = 200)
    {
        var text = PageQuery.Text(query, name);
        return text is null || (text.Length <= most && !text.Contains('\0', StringComparison.Ordinal)) ? text : throw ApiError.BadInput(name, $"{name} is no text that is taken here; accepted is one of 1 to {most} characters.");
    }

    public static string? OneOf(IQueryCollection query, string name, IReadOnlyList<string> accepted)
    {
        var text = Text(query, name);
        return text is null || accepted.Contains(text) ? text : throw ApiError.BadInput(name, $"{name} is '{text}'; accepted is {string.Join(", ", accepted)}.");
    }

    public static DateTimeOffset? Time(IQueryCollection query, string name) => Text(query, name) switch
    {
        null => null,
        { } text => MemoryBodies.ParseTime(text) ?? throw ApiError.BadInput(name, $"{name} is '{text}'; accepted is a time such as 2026-04-22T03:15:00Z or 2026-04-22."),
    };
}
