using System.Buffers.Binary;
using Lakehouse.Testing;
using Parquet;
using Parquet.Schema;

namespace Lakehouse.Gateway.Tests.Staffing;

/// <summary>Parquet files whose footer says something else than the file has: what is claimed is not believed.</summary>
public sealed class LyingParquetTests(TestPostgres postgres)
{
    private const int Rows = 4_242;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rows_that_are_only_claimed_are_refused_before_room_is_made_for_them()
    {
        await using var house = await StaffingHouse.StartAsync(postgres, null);
        var file = await FileAsync();

        foreach (var (claimed, last, says) in new[]
        {
            (1L << 40, false, "sms.parquet: row group 1 has 1099511627776 rows; accepted are at most 1048576, so write the file with smaller row groups"), (-1L, false, "row group 1 has -1 rows"),
            (Rows + 1, true, "row group 1 has 4243 rows and its column 'sms_id' 4242 values; accepted are as many"),
        })
        {
            using var refused = await house.Operator.PutAsync("sms", Claiming(file, claimed, last), "application/vnd.apache.parquet");
            var (status, code, param, message) = await refused.RefusalAsync();
            Assert.Equal((400, "invalid_request", "body"), (status, code, param));
            Assert.Contains(says, message, StringComparison.Ordinal);
        }

        Assert.Equal(0, await house.AskAsync<long>("select count(*) from staffing.sms"));
        using var honest = await house.Operator.PutAsync("sms", Claiming(file, Rows, false), "application/vnd.apache.parquet");
        Assert.Equal((Rows, 0, 0), await honest.CountsAsync());
    }

    /// <param name="last">Only the last number of rows in the footer, which is the row group's.</param>
    private static byte[] Claiming(byte[] file, long rows, bool last)
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(^8));
        var (data, footer, said) = (file[..^(length + 8)], file[^(length + 8)..^8], Varint(Rows));
        var written = new List<byte>();
        for (var at = 0; at < footer.Length;)
        {
            var found = footer.AsSpan(at).StartsWith(said) && (!last || footer.AsSpan(at + 1).IndexOf(said) < 0);
            written.AddRange(found ? Varint(rows) : [footer[at]]);
            at += found ? said.Length : 1;
        }

        var size = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(size, written.Count);
        return [.. data, .. written, .. size, .. "PAR1"u8];
    }

    // as Thrift's compact protocol writes whole numbers
    private static byte[] Varint(long number)
    {
        var (left, bytes) = ((ulong)((number << 1) ^ (number >> 63)), new List<byte>());
        for (; left > 0x7F; left >>= 7)
        {
            bytes.Add((byte)(left | 0x80));
        }

        return [.. bytes, (byte)left];
    }

    private static async Task<byte[]> FileAsync()
    {
        DataField[] fields =
        [
            .. "sms_id worker_id phone direction body".Split(' ').Select(name => new DataField<string>(name)),
            new DateTimeDataField("sent_at", DateTimeFormat.Timestamp, isAdjustedToUTC: true, unit: DateTimeTimeUnit.Micros),
        ];
        var file = new MemoryStream();
        await using (var writer = await ParquetWriter.CreateAsync(new ParquetSchema(fields), file, cancellationToken: Cancelled))
        {
            using var group = writer.CreateRowGroup();
            foreach (var field in fields[..^1])
            {
                await group.WriteAsync(field, Enumerable.Range(1, Rows).Select(row => field.Name == "worker_id" ? $"W-{row}" : $"S-{row}").ToArray());
            }

            await group.WriteAsync<DateTime>(fields[^1], new ReadOnlyMemory<DateTime>([.. Enumerable.Range(0, Rows).Select(row => new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddSeconds(row))]));
        }

        return file.ToArray();
    }
}
