using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Keys;

namespace Lakehouse.Gateway.Budgets;

/// <summary>Limits as an operator sends them: what is absent stays the configuration's, null = no limit.</summary>
internal static class LimitsRequest
{
    /// <summary>Redis' Lua counts in doubles, which are whole up to 2^53.</summary>
    private const long Most = 1L << 53;

    public static IReadOnlyDictionary<string, long?> Parse(BodyFields fields)
    {
        fields.Only(LimitsOverride.Names);
        if (fields.IsEmpty)
        {
            throw ApiError.BadInput("body", $"No limit is given; accepted is one or more of {string.Join(", ", LimitsOverride.Names)}.");
        }

        return LimitsOverride.Names.Where(fields.Has).ToDictionary(name => name, name => Number(fields, name), StringComparer.Ordinal);
    }

    // a rate of 0 would be a consumer that is shut out and told to try again in a minute; a cap of 0 shuts out plainly
    private static long? Number(BodyFields fields, string name) => name is LimitsOverride.RequestsPerMinute or LimitsOverride.TokensPerMinute
        ? fields.Number(name, 1, Most, $"1 to {Most}, or null for no limit")
        : fields.Number(name, 0, Most, $"0 to {Most}, or null for no limit");
}
