using System.Text;
using Lakehouse.Testing;

namespace Lakehouse.Gateway.Tests.Staffing;

/// <summary>Every way in which a file of data may be broken: what is wrong is named with its place, all at once, and nothing changes.</summary>
public sealed class BrokenFilesTests(EmptyHouse house) : IClassFixture<EmptyHouse>
{
    private const string Sms = "sms_id,worker_id,phone,direction,body,sent_at\n";
    private const string Call = "call_id,recruiter,worker_id,client_id,outcome,seconds,started_at\n";
    private const string Sheet = "timesheet_id,placement_id,worker_id,client_id,week_ending,hours,pay_cents,bill_cents,approved\n";
    private const string Right = "S-1,W-1,1,in,x,2026-01-01T00:00:00Z\n";

    [Theory]
    [InlineData("number", "call_log", Call + "L-1,R,W-1,C-1,connected,many,2026-01-01T00:00:00Z", 400, "seconds", "call_log.csv, line 2 (call_id 'L-1'): seconds is 'many'; accepted is a whole number of -2147483648 to 2147483647. Nothing was changed.")]
    [InlineData("number that is too large", "call_log", Call + "L-1,R,W-1,C-1,connected,2147483648,2026-01-01T00:00:00Z", 400, "seconds", "line 2 (call_id 'L-1'): seconds is '2147483648'; accepted is a whole number")]
    [InlineData("number that is none", "timesheets", Sheet + "T-1,P-1,W-1,C-1,2026-01-04,NaN,1,1,true", 400, "hours", "line 2 (timesheet_id 'T-1'): hours is 'NaN'; accepted is a finite number such as 0.87")]
    [InlineData("flag", "timesheets", Sheet + "T-1,P-1,W-1,C-1,2026-01-04,8,1,1,yes", 400, "approved", "line 2 (timesheet_id 'T-1'): approved is 'yes'; accepted is true or false")]
    [InlineData("day", "timesheets", Sheet + "T-1,P-1,W-1,C-1,2026-02-30,8,1,1,true", 400, "week_ending", "line 2 (timesheet_id 'T-1'): week_ending is '2026-02-30'; accepted is a day such as 2026-04-22")]
    [InlineData("time", "sms", Sms + "S-1,W-1,1,in,x,yesterday", 400, "sent_at", "sms.csv, line 2 (sms_id 'S-1'): sent_at is 'yesterday'; accepted is a UTC time such as 2026-04-22T03:15:00Z")]
    [InlineData("missing value", "sms", Sms + Right + "S-2,W-1,,in,x,2026-01-01T00:00:00Z", 400, "phone", "line 3 (sms_id 'S-2'): phone is missing; accepted is a text")]
    [InlineData("form of a key", "sms", Sms + "7,W-1,1,in,x,2026-01-01T00:00:00Z", 400, "sms_id", "line 2: sms_id is '7'; accepted is S- and a whole number from 1, such as S-17")]
    [InlineData("form of another's id", "sms", Sms + "S-1,w-017,1,in,x,2026-01-01T00:00:00Z", 400, "worker_id", "line 2 (sms_id 'S-1'): worker_id is 'w-017'; accepted is W- and a whole number from 1")]
    [InlineData("no id at all", "sms", Sms + ",W-1,1,in,x,2026-01-01T00:00:00Z", 400, "sms_id", "line 2: sms_id is missing; accepted is S- and")]
    [InlineData("id twice", "sms", Sms + Right + "S-2,W-1,1,in,x,2026-01-01T00:00:00Z\n" + Right, 400, "sms_id", "sms.csv, line 4: sms_id is 'S-1', as in line 2 already; accepted is each once. Nothing was changed.")]
    [InlineData("too few fields", "sms", Sms + "S-1,W-1,1,in,x", 400, "body", "line 2 (sms_id 'S-1'): 5 fields; accepted are 6")]
    [InlineData("too many fields", "sms", Sms + "S-1,W-1,1,in,x,2026-01-01T00:00:00Z,,,", 400, "body", "line 2 (sms_id 'S-1'): 9 fields; accepted are 6")]
    [InlineData("quote that does not close", "sms", Sms + Right + "S-2,W-1,1,in,\"x,2026-01-01T00:00:00Z\n" + Right, 400, "body", "sms.csv, line 3: a quote that does not close; accepted is CSV as RFC 4180 has it")]
    [InlineData("text after a quote", "sms", Sms + "S-1,W-1,1,in,\"x\"y,2026-01-01T00:00:00Z", 400, "body", "line 2: text after a closing quote")]
    [InlineData("character 0", "sms", Sms + "S-1,W-1,1,in,\0,2026-01-01T00:00:00Z", 400, "body", "line 2 (sms_id 'S-1'): body is '␀'; accepted is a text without the character 0")]
    [InlineData("lines of an old Macintosh", "sms", "sms_id,worker_id,phone,direction,body,sent_at\rS-1,W-1,1,in,x,2026-01-01T00:00:00Z\r", 400, "body", "line 1: a carriage return without a line feed")]
    [InlineData("missing column", "sms", "sms_id,worker_id,direction,body,sent_at\n", 409, "phone", "sms.csv, line 1: column 3 is 'direction'; expected is 'phone' (text). Missing: 'phone'.")]
    [InlineData("unknown column", "sms", "sms_id,worker_id,phone,mood,direction,body,sent_at\n", 409, "direction", "sms.csv, line 1: column 4 is 'mood'; expected is 'direction' (text). Unknown: 'mood'.")]
    [InlineData("empty file", "sms", "", 409, "sms_id", "sms.csv, line 1: column 1 is missing; expected is 'sms_id' (text). Missing: 'sms_id', 'worker_id',")]
    [InlineData("another separator", "sms", "sms_id;worker_id;phone\n", 409, "sms_id", "column 1 is 'sms_id;worker_id;phone'")]
    public async Task Broken_file_is_refused_with_its_place(string kind, string table, string csv, int status, string param, string says)
    {
        using var refused = await house.House.Operator.PutAsync(table, csv);

        var answer = await refused.RefusalAsync();
        Assert.Equal((kind, status, status == 400 ? "invalid_request" : "schema_drift", param), (kind, answer.Status, answer.Code, answer.Param));
        Assert.Contains(says, answer.Message, StringComparison.Ordinal);
        await NothingChangedAsync();
    }

    [Fact]
    public async Task Lines_are_counted_as_editors_do()
    {
        // blank lines, line ends of both kinds, and a value of three lines come before
        using var refused = await house.House.Operator.PutAsync("sms", "\n" + Sms + "\r\n\nS-1,W-1,1,in,\"one\r\ntwo\n\"\"three\"\"\",2026-01-01T00:00:00Z\r\n\nS-2,W-1,1,in,x,soon");

        Assert.StartsWith("sms.csv, line 9 (sms_id 'S-2'): sent_at is 'soon'", (await refused.RefusalAsync()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bytes_that_are_no_text_are_found()
    {
        // ü as Windows writes it
        using var refused = await house.House.Operator.PutAsync("sms", [.. Encoding.UTF8.GetBytes(Sms + Right + "S-2,W-1,1,in,f"), 0xFC, .. Encoding.UTF8.GetBytes("r,2026-01-01T00:00:00Z\n")]);

        var (status, _, param, message) = await refused.RefusalAsync();
        Assert.Equal((400, "body", "sms.csv, line 3 (sms_id 'S-2'): body is 'f\uFFFDr'; accepted is UTF-8. Nothing was changed."), (status, param, message));
        await NothingChangedAsync();
    }

    [Fact]
    public async Task All_faults_are_told_at_once_up_to_a_bound()
    {
        using var few = await house.House.Operator.PutAsync("sms", Sms + "S-1,7,1,in,x,soon\n" + Right.Replace("S-1", "S-2", StringComparison.Ordinal) + "S-3,W-1\n");
        using var many = await house.House.Operator.PutAsync("sms", Sms + string.Concat(Enumerable.Range(1, 50).Select(row => $"S-{row},W-1,1,in,x,soon\n")));
        using var twice = await house.House.Operator.PutAsync("sms", Sms + string.Concat(Enumerable.Repeat(Right, 30)));

        var lines = (await few.RefusalAsync()).Message.Split('\n');
        Assert.Equal(["sms.csv, line 2 (sms_id 'S-1'): worker_id", "sms.csv, line 2 (sms_id 'S-1'): sent_at", "sms.csv, line 4 (sms_id 'S-3'): 2 fields;"], lines.Select(line => string.Join(' ', line.Split(' ').Take(line.Contains("fields", StringComparison.Ordinal) ? 7 : 6))));
        lines = (await many.RefusalAsync()).Message.Split('\n');
        Assert.Equal((21, "… and 30 more. Nothing was changed."), (lines.Length, lines[^1]));
        lines = (await twice.RefusalAsync()).Message.Split('\n');
        Assert.Equal((21, "… and 9 more. Nothing was changed."), (lines.Length, lines[^1]));
        await NothingChangedAsync();
    }

    [Fact]
    public async Task Names_alone_are_a_file_without_rows()
    {
        using var taken = await house.House.Operator.PutAsync("sms", Sms);

        Assert.Equal((0, 0, 0), await taken.CountsAsync());
        await NothingChangedAsync();
    }

    [Fact]
    public async Task What_is_too_large_to_hold_is_refused()
    {
        using var field = await house.House.Operator.PutAsync("sms", Sms + "S-1,W-1,1,in,\"" + new string('x', (1 << 20) + 1));
        using var fields = await house.House.Operator.PutAsync("sms", Sms + "S-1" + new string(',', 3_000_000));

        Assert.StartsWith("sms.csv, line 2: a field of more than 1048576 characters", (await field.RefusalAsync()).Message, StringComparison.Ordinal);
        Assert.StartsWith("sms.csv, line 2 (sms_id 'S-1'): 3000001 fields; accepted are 6.", (await fields.RefusalAsync()).Message, StringComparison.Ordinal);
        await NothingChangedAsync();
    }

    private async Task NothingChangedAsync() =>
        Assert.Equal((0, 0), (await house.House.AskAsync<long>("select (select count(*) from staffing.sms) + (select count(*) from staffing.call_log) + (select count(*) from staffing.timesheets)"), await house.House.AskAsync<long>("select count(*) from staffing.datasets")));
}

/// <summary>One gateway without data for many refusals.</summary>
public sealed class EmptyHouse(TestPostgres postgres) : IAsyncLifetime
{
    internal StaffingHouse House { get; private set; } = null!;

    public async ValueTask InitializeAsync() => House = await StaffingHouse.StartAsync(postgres, null);

    public ValueTask DisposeAsync() => House.DisposeAsync();
}
