using System.Net;
using System.Text;
using Lakehouse.Gateway.Staffing.Tables;
using Lakehouse.Testing;
using Parquet;
using Parquet.Schema;

namespace Lakehouse.Gateway.Tests.Staffing;

public sealed class FilesTests(TestPostgres postgres)
{
    private const string Parquet = "application/vnd.apache.parquet";
    private const string Head = "sms_id,worker_id,phone,direction,body,sent_at\n";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_table_goes_out_and_comes_back_without_a_change()
    {
        await using var house = await StaffingHouse.StartAsync(postgres, 200);
        var before = await house.AskAsync<string>("select string_agg(table_name || row_count || changed_at::text, ' ' order by table_name) from staffing.datasets");

        foreach (var table in StaffingTables.All)
        {
            var rows = await house.AskAsync<long>($"select count(*) from staffing.{table.Name}");
            foreach (var (ending, type) in new[] { ("csv", "text/csv"), ("parquet", Parquet) })
            {
                using var file = await house.Operator.GetAsync($"{StaffingCalls.Datasets}/{table.Name}.{ending}", Cancelled);
                Assert.Equal((HttpStatusCode.OK, type), (file.StatusCode, file.Content.Headers.ContentType!.MediaType));
                using var back = await house.Operator.PutAsync(table.Name, await file.Content.ReadAsByteArrayAsync(Cancelled), type);
                Assert.Equal((0, 0, rows), await back.CountsAsync());
            }
        }

        Assert.Equal(before, await house.AskAsync<string>("select string_agg(table_name || row_count || changed_at::text, ' ' order by table_name) from staffing.datasets"));
    }

    [Theory]
    [InlineData("csv", "text/csv")]
    [InlineData("parquet", Parquet)]
    public async Task File_fills_an_empty_gateway_and_rows_of_one_key_are_updated(string ending, string type)
    {
        await using var full = await StaffingHouse.StartAsync(postgres, 80);
        await using var empty = await StaffingHouse.StartAsync(postgres, null);
        var file = await full.Operator.GetByteArrayAsync($"{StaffingCalls.Datasets}/workers.{ending}", Cancelled);

        using var first = await empty.Operator.PutAsync("workers", file, type);
        Assert.Equal((80, 0, 0), await first.CountsAsync());
        Assert.Equal(await full.AskAsync<string>("select md5(string_agg(w::text, '' order by worker_id)) from staffing.workers w"), await empty.AskAsync<string>("select md5(string_agg(w::text, '' order by worker_id)) from staffing.workers w"));
        Assert.True(await empty.AskAsync<long>("select count(*) from pg_indexes where schemaname = 'staffing' and tablename = 'workers'") > 3);
        await full.AskAsync<long>("with u as (update staffing.workers set phone = '0042' where worker_id in ('W-1', 'W-2') returning 1) select count(*) from u");
        using var second = await empty.Operator.PutAsync("workers", await full.Operator.GetByteArrayAsync($"{StaffingCalls.Datasets}/workers.{ending}", Cancelled), type);
        Assert.Equal((0, 2, 78), await second.CountsAsync());
        Assert.Equal("0042", await empty.AskAsync<string>("select phone from staffing.workers where worker_id = 'W-1'"));
        Assert.Equal((80, ending), (await empty.AskAsync<long>("select row_count from staffing.datasets where table_name = 'workers'"), await empty.AskAsync<string>("select source from staffing.datasets where table_name = 'workers'")));
    }

    [Fact]
    public async Task Csv_takes_quotes_line_ends_nulls_and_a_byte_order_mark()
    {
        await using var house = await StaffingHouse.StartAsync(postgres, null);
        var csv = "\uFEFF" + Head.Replace("\n", "\r\n", StringComparison.Ordinal)
            + "S-1,W-1,0042,in,\"a \"\"quoted\"\" word, and\r\na line\",2026-01-02T03:04:05Z\r\n\r\nS-2,W-1,\"\",in,\"\",2026-01-02T03:04:05.123456Z";
        using var taken = await house.Operator.PutAsync("sms", csv);
        Assert.Equal((2, 0, 0), await taken.CountsAsync());
        Assert.Equal("a \"quoted\" word, and\r\na line", await house.AskAsync<string>("select body from staffing.sms where sms_id = 'S-1'"));
        Assert.Equal("", await house.AskAsync<string>("select phone from staffing.sms where sms_id = 'S-2'"));
        using var calls = await house.Operator.PutAsync("call_log", "call_id,recruiter,worker_id,client_id,outcome,seconds,started_at\nL-1,R,W-1,,connected,5,2026-01-02T03:04:05Z\n");
        Assert.Equal((1, 0, 0), await calls.CountsAsync());
        Assert.True(await house.AskAsync<bool>("select client_id is null and worker_id = 'W-1' from staffing.call_log"));
        using var text = await house.Operator.GetAsync($"{StaffingCalls.Datasets}/sms.csv", Cancelled);
        using var again = await house.Operator.PutAsync("sms", await text.Content.ReadAsStringAsync(Cancelled));
        Assert.Equal((0, 0, 2), await again.CountsAsync());
    }

    [Fact]
    public async Task Csv_of_other_columns_is_drift()
    {
        await using var house = await StaffingHouse.StartAsync(postgres, 60);
        foreach (var (head, param, says) in new[]
        {
            ("sms_id,worker_id,phone_number,direction,body,sent_at\n", "phone", "sms.csv, line 1: column 3 is 'phone_number'; expected is 'phone' (text). Missing: 'phone'. Unknown: 'phone_number'."), ("worker_id,sms_id,phone,direction,body,sent_at\n", "sms_id", "column 1 is 'worker_id'; expected is 'sms_id' (text). The table"),
            ("sms_id,worker_id,phone,direction,body\n", "sent_at", "column 6 is missing; expected is 'sent_at' (timestamp with time zone). Missing: 'sent_at'. The"), ("sms_id,worker_id,phone,direction,body,sent_at,read_at\n", "read_at", "column 7 is 'read_at'; expected is missing. Unknown: 'read_at'."),
            ("", "sms_id", "'S-1'; expected is 'sms_id'"),
        })
        {
            using var refused = await house.Operator.PutAsync("sms", head + "S-1,W-1,1,in,x,2026-01-01T00:00:00Z");
            var (status, code, at, message) = await refused.RefusalAsync();
            Assert.Equal((409, "schema_drift", param), (status, code, at));
            Assert.Contains(says, message, StringComparison.Ordinal);
        }

        using var nothing = await house.Operator.PutAsync("sms", "");
        Assert.Equal("schema_drift", await nothing.ErrorCodeAsync());
        Assert.Equal((24, "generated"), (await house.AskAsync<long>("select count(*) from staffing.sms"), await house.AskAsync<string>("select source from staffing.datasets where table_name = 'sms'")));
    }

    [Fact]
    public async Task Parquet_of_other_types_is_drift_and_bad_values_are_named()
    {
        await using var house = await StaffingHouse.StartAsync(postgres, null);
        DataField[] right = [new DataField<string>("call_id"), new DataField<string>("recruiter"), new DataField<string>("worker_id"), new DataField<string>("client_id"), new DataField<string>("outcome")];

        using var longs = await house.Operator.PutAsync("call_log", await FileAsync([.. right, new DataField<long>("seconds")]), Parquet);
        var drift = await longs.RefusalAsync();
        Assert.Equal((409, "schema_drift", "seconds"), (drift.Status, drift.Code, drift.Param));
        Assert.Contains("'seconds' (bigint); expected is 'seconds' (integer)", drift.Message, StringComparison.Ordinal);
        using var nulls = await house.Operator.PutAsync("call_log", await FileAsync([.. right, new DataField<int?>("seconds"), new DateTimeDataField("started_at", DateTimeFormat.Timestamp, isAdjustedToUTC: true, isNullable: true)], 3), Parquet);
        var bad = await nulls.RefusalAsync();
        Assert.Equal((400, "invalid_request", "worker_id"), (bad.Status, bad.Code, bad.Param));
        Assert.StartsWith("call_log.parquet, row 1 (call_id 'L-1'): worker_id is 'L-1'; accepted is W- and a whole number from 1, such as W-17.\n", bad.Message, StringComparison.Ordinal);
        Assert.EndsWith("call_log.parquet, row 3 (call_id 'L-3'): started_at is missing; accepted is a UTC time such as 2026-04-22T03:15:00Z. Nothing was changed.", bad.Message, StringComparison.Ordinal);
        Assert.Equal(12, bad.Message.Split('\n').Length);
        foreach (var garbage in new[] { "", "PAR1", "PAR1 but not really PAR1", Head })
        {
            using var broken = await house.Operator.PutAsync("call_log", Encoding.UTF8.GetBytes(garbage), Parquet);
            Assert.Equal((400, "invalid_request", "body"), (await broken.RefusalAsync()) is var (status, code, param, _) ? (status, code, param) : default);
        }

        Assert.Equal(0, await house.AskAsync<long>("select count(*) from staffing.call_log"));
    }

    [Fact]
    public async Task What_is_no_table_no_file_or_too_large_is_refused()
    {
        await using var house = await StaffingHouse.StartAsync(postgres, null);

        using var nothing = await house.Operator.GetAsync($"{StaffingCalls.Datasets}/workers.csv", Cancelled);
        Assert.Equal("staffing_not_loaded", await nothing.ErrorCodeAsync());
        using var unknown = await house.Operator.PutAsync("pg_authid", "x");
        Assert.Equal((404, "dataset_not_found"), ((int)unknown.StatusCode, await unknown.ErrorCodeAsync()));
        using var odd = await house.Operator.PutAsync("workers", [1], "application/json");
        Assert.Equal("Content-Type", (await odd.RefusalAsync()).Param);
        using var bytes = await house.Operator.PutAsync("sms", [.. Encoding.UTF8.GetBytes(Head), 0xE4, 0x2C]);
        Assert.Equal((400, "body"), (await bytes.RefusalAsync()) is var (status, _, param, _) ? (status, param) : default);
        using var large = new HttpRequestMessage(HttpMethod.Put, $"{StaffingCalls.Datasets}/workers") { Content = new LargeContent() };
        using var refused = await house.Operator.SendAsync(large, Cancelled);
        Assert.Equal((413, "request_too_large"), ((int)refused.StatusCode, await refused.ErrorCodeAsync()));
    }

    private static async Task<byte[]> FileAsync(DataField[] fields, int rows = 1)
    {
        var file = new MemoryStream();
        await using (var writer = await ParquetWriter.CreateAsync(new ParquetSchema(fields), file, cancellationToken: Cancelled))
        {
            using var group = writer.CreateRowGroup();
            foreach (var field in fields)
            {
                await (field switch
                {
                    { ClrType: var type } when type == typeof(string) || type == typeof(ReadOnlyMemory<char>) => group.WriteAsync(field, Enumerable.Range(1, rows).Select(row => $"L-{row}").ToArray()),
                    { ClrType: var type } when type == typeof(long) => group.WriteAsync<long>(field, new ReadOnlyMemory<long>(new long[rows])),
                    { ClrType: var type } when type == typeof(int) => group.WriteAsync<int>(field, new ReadOnlyMemory<int?>(new int?[rows])),
                    _ => group.WriteAsync<DateTime>(field, new ReadOnlyMemory<DateTime?>(new DateTime?[rows])),
                });
            }
        }

        return file.ToArray();
    }

    // says that it is large, and is not
    private sealed class LargeContent : HttpContent
    {
        public LargeContent() => Headers.ContentType = new("text/csv");

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => stream.WriteAsync(new byte[1], Cancelled).AsTask();

        protected override bool TryComputeLength(out long length)
        {
            length = (512L << 20) + 1;
            return true;
        }
    }
}
