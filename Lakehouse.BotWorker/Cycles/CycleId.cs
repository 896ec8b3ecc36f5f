using System.Globalization;
using System.Security.Cryptography;

namespace Lakehouse.BotWorker.Cycles;

internal static class CycleId
{
    /// <summary><c>20260422T031500Z-a1b2c3</c>: sorts by time, safe in a file name and in a branch.</summary>
    public static string New(TimeProvider time) => string.Create(
        CultureInfo.InvariantCulture,
        $"{time.GetUtcNow().UtcDateTime:yyyyMMdd'T'HHmmss'Z'}-{RandomNumberGenerator.GetHexString(6, lowercase: true)}");
}
