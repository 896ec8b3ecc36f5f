using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Usage;

namespace Lakehouse.Gateway.Tests.Usage;

/// <summary>Written by hand, so nothing but this says that a new field is written too.</summary>
public sealed class UsageJsonTests
{
    private static readonly UsageRecord Least = new()
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

        var written = Assert.IsType<JsonObject>(Assert.Single(JsonNode.Parse(UsageJson.Write(record))!.AsArray()));

        var expected = value is DateTimeOffset ? "2026-04-22T01:15:00.250Z" : field is "Details" ? "{\"route\":\"rule\"}" : value.ToString()!;
        var got = written[JsonNamingPolicy.SnakeCaseLower.ConvertName(field)]!;
        Assert.Equal(expected, value is bool ? bool.TrueString : got is JsonObject ? got.ToJsonString() : got.ToString(), ignoreCase: value is bool);
    }

    [Fact]
    public void Nothing_is_left_out_and_a_first_byte_at_once_is_not_nothing()
    {
        var written = JsonNode.Parse(UsageJson.Write(Least with { FirstByteMs = 0 }, Least))!.AsArray();

        Assert.Equal(
            ["attempt_id", "request_id", "attempt", "operation", "day", "started_at", "consumer", "provider", "model", "outcome", "first_byte_ms"],
            written[0]!.AsObject().Select(field => field.Key));
        Assert.Equal(10, written[1]!.AsObject().Count);
    }
}
