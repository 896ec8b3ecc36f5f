using System.Text;

namespace Lakehouse.Gateway.Usage;

/// <summary>
/// Text as Postgres can keep it. Vendors write what they like into what becomes an error or a reason, and one character that
/// Postgres refuses, U+0000 or half of a surrogate pair, would keep the whole record out of the ledger.
/// </summary>
internal static class StorableText
{
    public static string? Of(string? text)
    {
        if (text is null || (!text.Contains('\0', StringComparison.Ordinal) && !text.AsSpan().ContainsAnyInRange('\ud800', '\udfff')))
        {
            return text;
        }

        // writing it as bytes puts U+FFFD in the place of half a pair
        return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text.Replace("\0", "", StringComparison.Ordinal)));
    }
}
