namespace Lakehouse.ServiceDefaults.Contracts;

/// <summary>Ids that leave a process: a prefix and a UUIDv7 without dashes, so that they sort by time and say what they name.</summary>
public static class LakehouseId
{
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

    private static string New(string prefix, TimeProvider time) => prefix + Guid.CreateVersion7(time.GetUtcNow()).ToString("N");
}
