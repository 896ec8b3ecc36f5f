namespace Lakehouse.ServiceDefaults.Contracts;

/// <summary>Ids that leave a process: a prefix and a UUIDv7 without dashes, so that they sort by time and say what they name.</summary>
public static class LakehouseId
{
    private static readonly Lock Turn = new();
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
        int count;
        lock (Turn)
        {
            var millisecond = now.ToUnixTimeMilliseconds();
            (_millisecond, _count) = (millisecond, millisecond == _millisecond ? (_count + 1) & 0xFFF : 0);
            count = _count;
        }

        var id = Guid.CreateVersion7(now).ToString("N");
        return string.Concat(prefix, id.AsSpan(0, 13), count.ToString("x3"), id.AsSpan(16));
    }
}
