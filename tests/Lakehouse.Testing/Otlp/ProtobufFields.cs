using Google.Protobuf;

namespace Lakehouse.Testing;

/// <summary>One protobuf message, undecoded: field number → its values in the order of the wire.</summary>
internal sealed class ProtobufFields
{
    private readonly Dictionary<int, List<ByteString>> _bytes = [];
    private readonly Dictionary<int, ulong> _numbers = [];

    public static ProtobufFields Read(byte[] message)
    {
        var fields = new ProtobufFields();
        var input = new CodedInputStream(message);
        uint tag;
        while ((tag = input.ReadTag()) != 0)
        {
            var field = WireFormat.GetTagFieldNumber(tag);
            switch (WireFormat.GetTagWireType(tag))
            {
                case WireFormat.WireType.LengthDelimited:
                    if (!fields._bytes.TryGetValue(field, out var values))
                    {
                        fields._bytes.Add(field, values = []);
                    }

                    values.Add(input.ReadBytes());
                    break;
                case WireFormat.WireType.Varint:
                    fields._numbers[field] = input.ReadUInt64();
                    break;
                case WireFormat.WireType.Fixed64:
                    fields._numbers[field] = input.ReadFixed64();
                    break;
                case WireFormat.WireType.Fixed32:
                    fields._numbers[field] = input.ReadFixed32();
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        }

        return fields;
    }

    public bool Has(int field) => _bytes.ContainsKey(field) || _numbers.ContainsKey(field);

    public IEnumerable<ProtobufFields> Messages(int field) => Values(field).Select(bytes => Read(bytes.ToByteArray()));

    public string Text(int field) => Values(field).LastOrDefault()?.ToStringUtf8() ?? "";

    public string Hex(int field) => Convert.ToHexStringLower((Values(field).LastOrDefault() ?? ByteString.Empty).Span);

    public ulong Number(int field) => _numbers.GetValueOrDefault(field);

    private List<ByteString> Values(int field) => _bytes.GetValueOrDefault(field) ?? [];
}
