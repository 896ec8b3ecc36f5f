using System.Text.Json;
using Lakehouse.Gateway.Providers.Upstream;

namespace Lakehouse.Gateway.Usage;

/// <summary>
/// A record as it waits in Redis: the line of COPY that the ledger takes, so that neither the gateway nor Postgres has to take it apart
/// on the way. Each call writes two. A person reads it, and hands it in, as a JSON list of records, which older gateways wrote too.
/// </summary>
internal static class UsageLine
{
    [ThreadStatic]
    private static CopyLine? t_line;

    /// <returns>UTF-8.</returns>
    public static byte[] Write(UsageRecord record)
    {
        var line = t_line ??= new CopyLine();
        foreach (var column in UsageColumns.All)
        {
            column.Write(line, record);
        }

        return line.Take();
    }

    public static bool Is(byte[] record) => record is [not (byte)'[', .., (byte)'\n'];

    /// <returns>A line as a JSON list of its record; anything else as it is.</returns>
    public static byte[] ToJson(byte[] record) => !Is(record) ? record : JsonBytes.Of(CopyLine.Split(record), static (json, fields) =>
    {
        json.WriteStartArray();
        json.WriteStartObject();
        foreach (var (column, field) in UsageColumns.All.Zip(fields))
        {
            if (CopyLine.Text(field) is { } text)
            {
                json.WritePropertyName(column.Name);
                Value(json, column.Type, text);
            }
        }

        json.WriteEndObject();
        json.WriteEndArray();
    });

    private static void Value(Utf8JsonWriter json, string type, string text)
    {
        if (type is "text" or "date" or "timestamptz")
        {
            json.WriteStringValue(text);
            return;
        }

        try
        {
            json.WriteRawValue(text);
        }
        catch (JsonException)
        {
            // the ledger refuses it, and the rest can be read
            json.WriteStringValue(text);
        }
    }
}
