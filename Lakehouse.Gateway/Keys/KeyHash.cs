using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Lakehouse.Gateway.Keys;

/// <summary>
/// SHA-256 of a key, as the key of a dictionary. A key has 256 random bits, so neither salt nor slowness would add
/// anything; and who times look-ups learns about hashes, which do not lead back to a key.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct KeyHash(ulong A, ulong B, ulong C, ulong D)
{
    private const int MostOnStack = 512;

    public static KeyHash Of(string key)
    {
        var most = Encoding.UTF8.GetMaxByteCount(key.Length);
        Span<byte> text = most <= MostOnStack ? stackalloc byte[MostOnStack] : new byte[most];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text[..Encoding.UTF8.GetBytes(key, text)], hash);
        return From(hash);
    }

    public static KeyHash From(ReadOnlySpan<byte> sha256) => new(
        BinaryPrimitives.ReadUInt64BigEndian(sha256), BinaryPrimitives.ReadUInt64BigEndian(sha256[8..]),
        BinaryPrimitives.ReadUInt64BigEndian(sha256[16..]), BinaryPrimitives.ReadUInt64BigEndian(sha256[24..]));

    public byte[] ToBytes()
    {
        var bytes = new byte[SHA256.HashSizeInBytes];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, A);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(8), B);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(16), C);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(24), D);
        return bytes;
    }
}
