using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace Lakehouse.ServiceDefaults.Contracts;

/// <summary>Ids that leave a process: a prefix and a UUIDv7 without dashes, so that they sort by time and say what they name.</summary>
public static class LakehouseId
{
    private static readonly Lock Turn = new();

    // each fetch is a system call: one for 512 ids
    private static readonly byte[] Random = new byte[4096];
    private static int _used = Random.Length;
    private static long _millisecond;
    private static int _count;

    public static string NewRequest(TimeProvider time) => New("req_", time);

    public static string NewKey(TimeProvider time) => New("key_", time);

    public static string NewHold(TimeProvider time) => New("hold_", time);

    public static string NewEvent(TimeProvider time) => New("evt_", time);

    public static string NewSession(TimeProvider time) => New("ses_", time);

    public static string NewPlaybook(TimeProvider time) => New("pbk_", time);

    public static string NewIteration(TimeProvider time) => New("itr_", time);

    public static string NewMemory(TimeProvider time) => New("mem_", time);

    /// <summary>Of one call of a tool, in the audit.</summary>
    public static string NewAudit(TimeProvider time) => New("aud_", time);

    // The 12 bits behind the version count within a millisecond (RFC 9562, 6.2, method 1): ids of one process sort as they were made.
    private static string New(string prefix, TimeProvider time)
    {
        var now = time.GetUtcNow();
        var milliseconds = now.ToUnixTimeMilliseconds();
        int count;
        ulong random;
        lock (Turn)
        {
            (_millisecond, _count) = (milliseconds, milliseconds == _millisecond ? (_count + 1) & 0xFFF : 0);
            count = _count;
            if (_used == Random.Length)
            {
                RandomNumberGenerator.Fill(Random);
                _used = 0;
            }

            random = BinaryPrimitives.ReadUInt64LittleEndian(Random.AsSpan(_used));
            _used += sizeof(ulong);
        }

        // the two highest bits are the variant
        return string.Create(CultureInfo.InvariantCulture, $"{prefix}{milliseconds:x12}7{count:x3}{(random & (ulong.MaxValue >> 2)) | (1UL << 63):x16}");
    }
}
