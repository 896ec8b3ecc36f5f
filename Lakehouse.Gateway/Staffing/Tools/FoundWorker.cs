using System.Data.Common;

namespace Lakehouse.Gateway.Staffing.Tools;

/// <summary>A worker whom the filters let through.</summary>
/// <param name="Reliability">0 to 1.</param>
/// <param name="Json">The whole row, as a JSON object in UTF-8: what is not needed for the order is passed on unread.</param>
internal sealed record FoundWorker(string Id, string Name, double Reliability, byte[] Json)
{
    /// <summary>Those that <see cref="Read"/> takes, in its order.</summary>
    public const string Columns = "worker_id, name, reliability";

    public static FoundWorker Read(byte[] json, DbDataReader row) => new(row.GetString(1), row.GetString(2), row.GetDouble(3), json);
}
