namespace Lakehouse.Testing;

/// <summary><c>KeyValue</c> and <c>AnyValue</c> of opentelemetry/proto/common/v1.</summary>
internal static class OtlpValues
{
    public static Dictionary<string, object?> Attributes(IEnumerable<ProtobufFields> keyValues)
    {
        var attributes = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var pair in keyValues)
        {
            attributes[pair.Text(1)] = pair.Messages(2).Select(Value).FirstOrDefault();
        }

        return attributes;
    }

    private static object? Value(ProtobufFields value)
    {
        if (value.Has(1))
        {
            return value.Text(1);
        }

        if (value.Has(2))
        {
            return value.Number(2) != 0;
        }

        if (value.Has(3))
        {
            return (long)value.Number(3);
        }

        if (value.Has(4))
        {
            return BitConverter.UInt64BitsToDouble(value.Number(4));
        }

        return value.Messages(5).Select(array => array.Messages(1).Select(Value).ToArray()).FirstOrDefault();
    }
}
