using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Npgsql;

namespace Lakehouse.Gateway.Staffing.Sql;

/// <param name="Rows">One list of values a row.</param>
/// <param name="Truncated">There are more rows, or the rest would be too large.</param>
internal sealed record SqlRows(IReadOnlyList<string> Columns, JsonArray Rows, bool Truncated)
{
    /// <returns>Null where the row is larger than what is left; of a value no more is read than that.</returns>
    public static async Task<(JsonArray Values, int Bytes)?> RowAsync(NpgsqlDataReader reader, int budget, CancellationToken cancellationToken)
    {
        var (values, bytes) = (new JsonArray(), 0);
        for (var at = 0; at < reader.FieldCount; at++)
        {
            if (await reader.IsDBNullAsync(at, cancellationToken))
            {
                values.Add(null);
                continue;
            }

            if (await TextAsync(reader, at, budget - bytes, cancellationToken) is not { } text)
            {
                return null;
            }

            bytes += Encoding.UTF8.GetByteCount(text) + 1;
            values.Add(Value(reader.GetPostgresType(at).Name, text));
        }

        return (values, bytes);
    }

    private static async Task<string?> TextAsync(NpgsqlDataReader reader, int at, int budget, CancellationToken cancellationToken)
    {
        using var text = await reader.GetTextReaderAsync(at, cancellationToken);
        var (buffer, read) = (new char[Math.Max(1, Math.Min(budget + 1, 4_096))], 0);
        while (await text.ReadAsync(buffer.AsMemory(read), cancellationToken) is var more and > 0)
        {
            read += more;
            if (read > budget)
            {
                return null;
            }

            if (read == buffer.Length)
            {
                Array.Resize(ref buffer, Math.Min(budget + 1, buffer.Length * 2));
            }
        }

        return new(buffer, 0, read);
    }

    // what JSON has; a numeric beyond a double stays a text, as do NaN and Infinity
    private static JsonValue Value(string type, string text) => type switch
    {
        "smallint" or "integer" or "bigint" => JsonValue.Create(long.Parse(text, CultureInfo.InvariantCulture)),
        "boolean" => JsonValue.Create(text == "t"),
        "real" or "double precision" when double.TryParse(text, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) => JsonValue.Create(number),
        "numeric" when decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) => JsonValue.Create(number),
        _ => JsonValue.Create(text),
    };
}
