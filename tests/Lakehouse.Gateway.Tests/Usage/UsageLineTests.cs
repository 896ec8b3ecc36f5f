using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Lakehouse.Gateway.Usage;

namespace Lakehouse.Gateway.Tests.Usage;

/// <summary>Written by hand, so nothing but this says that a new field is written too.</summary>
public sealed class UsageLineTests
{
    internal static readonly UsageRecord Least = new()
    {
        AttemptId = "req_1.1", RequestId = "req_1", Day = "20260101", StartedAt = DateTimeOffset.UnixEpoch, Consumer = "bot", Provider = "p", Model = "m", Outcome = "ok",
    };

    public static TheoryData<string> Fields => [.. typeof(UsageRecord).GetProperties().Select(property => property.Name)];

    [Theory]
    [MemberData(nameof(Fields))]
    public void Every_field_travels_under_its_name(string field)
    {
        var property = typeof(UsageRecord).GetProperty(field)!;
        var record = Least with { };
        object value = property.PropertyType switch
        {
            var type when type == typeof(string) && field is "Details" => """{"route":"rule"}""",
            var type when type == typeof(string) => "text \"in\" \u00e9",
            var type when type == typeof(bool) => true,
            var type when type == typeof(int) => 3,
            var type when type == typeof(DateTimeOffset) => new DateTimeOffset(2026, 4, 22, 3, 15, 0, 250, TimeSpan.FromHours(2)),
            _ => 4_000_000_000_000L,
        };
        property.SetValue(record, value);

        var written = Assert.IsType<JsonObject>(Assert.Single(JsonNode.Parse(UsageLine.ToJson(UsageLine.Write(record)))!.AsArray()));

        var expected = value is DateTimeOffset ? "2026-04-22T01:15:00.250Z" : field is "Details" ? "{\"route\":\"rule\"}" : value.ToString()!;
        var got = written[JsonNamingPolicy.SnakeCaseLower.ConvertName(field)]!;
        Assert.Equal(expected, value is bool ? bool.TrueString : got is JsonObject ? got.ToJsonString() : got.ToString(), ignoreCase: value is bool);
    }

    [Fact]
    public void Null_is_left_out_of_what_a_person_reads_and_a_first_byte_at_once_is_not_null()
    {
        var (whole, least) = (Read(Least with { FirstByteMs = 0 }), Read(Least));

        Assert.Equal(0, whole["first_byte_ms"]!.GetValue<long>());
        Assert.Equal(whole.Count - 1, least.Count);
        Assert.DoesNotContain(least, field => field.Value is null);
    }

    [Fact]
    public void Details_that_are_no_json_are_read_as_text() => Assert.Equal("{no", Read(Least with { Details = "{no" })["details"]!.ToString());

    [Fact]
    public void Any_text_stays_as_it_is() =>
        Gen.String[Gen.Char["\\\t\n\r\0Ntnr.é\u2028[\""], 0, 12].Sample(text =>
        {
            var line = UsageLine.Write(Least with { Model = text, SessionId = text });

            Assert.Equal(line.Length - 1, Array.IndexOf(line, (byte)'\n'));
            var read = JsonNode.Parse(UsageLine.ToJson(line))![0]!;
            Assert.Equal((text, text, "ok"), (read["model"]!.ToString(), read["session_id"]!.ToString(), read["outcome"]!.ToString()));
        });

    [Theory]
    [InlineData("not a record")]
    [InlineData("[{\"attempt_id\":\"req_1.1\"}]\n")]
    [InlineData("")]
    public void What_is_no_line_stays_as_it_is(string text)
    {
        var record = Encoding.UTF8.GetBytes(text);

        Assert.False(UsageLine.Is(record));
        Assert.Same(record, UsageLine.ToJson(record));
    }

    private static JsonObject Read(UsageRecord record) => JsonNode.Parse(UsageLine.ToJson(UsageLine.Write(record)))![0]!.AsObject();
}
