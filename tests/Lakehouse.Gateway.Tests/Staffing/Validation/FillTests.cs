using Lakehouse.Testing;

namespace Lakehouse.Gateway.Tests.Staffing.Validation;

public sealed class FillTests(TestPostgres postgres)
{
    private const string Toledo = """{"target_count":1,"city":"toledo","state":"oh","role":"WELDER"}""";

    [Fact]
    public async Task Fill_is_held_against_the_data()
    {
        await using var house = await StaffingHouse.StartAsync(postgres, 20);
        // two that fit, one that is not active, and one each of another city, state and role
        await house.AskAsync<object>("""
            delete from staffing.workers;
            insert into staffing.workers select id, 'Name of ' || id, role, city, state, 'available', status, 0.9, '{}', '{}', '1', 'x', 1, 'day', '2026-01-01'
            from (values ('W-1', 'Welder', 'Toledo', 'OH', 'active'), ('W-2', 'Welder', 'Toledo', 'OH', 'active'), ('W-3', 'Welder', 'Toledo', 'OH', 'on_leave'),
                ('W-4', 'Welder', 'Akron', 'OH', 'active'), ('W-5', 'Welder', 'Toledo', 'IA', 'active'), ('W-6', 'Packer', 'Toledo', 'OH', 'active')) w(id, role, city, state, status);
            select 1
            """);

        foreach (var (fills, context, status, findings, warnings) in new (string, string, int, string, string)[]
        {
            ("""[{"worker_id":"W-1","name":"Name of W-1"}]""", Toledo, 200, "", ""),
            ("""[{"worker_id":"W-1"}]""", Toledo, 200, "", ""),
            ("""[{"worker_id":"W-1","name":"Somebody Else"}]""", Toledo, 200, "", "name_mismatch fills[0].name"),
            ("""[{"worker_id":"W-1"},{"worker_id":"W-2"}]""", Toledo, 422, "count_mismatch fills", ""),
            ("[]", Toledo, 422, "count_mismatch fills", ""),
            ("""[{"worker_id":"W-99"}]""", Toledo, 422, "worker_unknown fills[0].worker_id", ""),
            ("""[{"worker_id":"W-3"}]""", Toledo, 422, "worker_inactive fills[0].worker_id", ""),
            ("""[{"worker_id":"W-4"}]""", Toledo, 422, "city_mismatch fills[0].worker_id", ""),
            ("""[{"worker_id":"W-5"}]""", Toledo, 422, "state_mismatch fills[0].worker_id", ""),
            ("""[{"worker_id":"W-6"}]""", Toledo, 422, "role_mismatch fills[0].worker_id", ""),
            ("""[{"worker_id":"W-1"},{"worker_id":"W-1"}]""", Toledo.Replace("1", "2", StringComparison.Ordinal), 422, "duplicate_worker fills[1].worker_id", ""),
            ("""[{"worker_id":"W-2"}]""", """{"target_count":1,"city":"Toledo","state":"OH","role":"Welder","client_id":"C-1","blacklist":["W-2"]}""", 422, "worker_blacklisted fills[0].worker_id", ""),
            ("""[{"worker_id":"W-2"}]""", """{"target_count":1,"city":"Toledo","state":"OH","role":"Welder","client_id":"C-1","blacklist":[]}""", 200, "", ""),
            ("""[{"worker_id":"W-1"}]""", """{"target_count":1,"city":"Toledo","state":"OH","role":"Welder","blacklist":["W-2"]}""", 200, "", ""),
            ("""[{"worker_id":7}]""", Toledo, 422, "shape fills[0].worker_id", ""),
            ("""["W-1"]""", Toledo, 422, "shape fills[0].worker_id", ""),
            ("""[{"worker_id":"W-1\u0000"}]""", Toledo, 422, "worker_unknown fills[0].worker_id", ""),
            ("\"W-1\"", Toledo, 422, "shape fills", ""),
        })
        {
            Assert.Equal((fills, status, findings, warnings), (fills, await house.Bot.ReportAsync("fill", $$"""{"fills":{{fills}}}""", context)) is var (_, report) ? (fills, report.Status, report.Findings, report.Warnings) : default);
        }

        // all at once are told at once
        Assert.Equal((422, "count_mismatch fills, worker_inactive fills[0].worker_id, worker_unknown fills[1].worker_id", ""), await house.Bot.ReportAsync("fill", """{"fills":[{"worker_id":"W-3"},{"worker_id":"W-0"}]}""", Toledo));
        Assert.Equal((422, "shape fills", ""), await house.Bot.ReportAsync("fill", "{}", Toledo));
    }

    [Fact]
    public async Task Context_that_cannot_be_checked_is_refused_by_field()
    {
        await using var house = await StaffingHouse.StartAsync(postgres, 20);
        foreach (var (context, param) in new[]
        {
            ("{}", "target_count"), ("""{"target_count":0}""", "target_count"), ("""{"target_count":101}""", "target_count"), ("""{"target_count":"2"}""", "target_count"),
            ("""{"target_count":1}""", "city"), ("""{"target_count":1,"city":"Toledo"}""", "state"), ("""{"target_count":1,"city":"Toledo","state":"OH"}""", "role"), ("""{"target_count":1,"city":"Toledo","state":"OH","role":7}""", "role"),
            ("""{"target_count":1,"city":"Toledo","state":"OH","role":"Welder","blacklist":"W-1"}""", "blacklist"), ("""{"target_count":1,"city":"Toledo","state":"OH","role":"Welder","zip":"1"}""", "zip"),
            ("""{"target_count":1,"city":"Toledo","state":"OH","role":"Welder","client_id":"C-1"}""", "client_id"), ("""{"target_count":1,"city":"Toledo","state":"OH","role":"Welder","client_id":"C-1","blacklist":null}""", "client_id"),
        })
        {
            using var refused = await house.Bot.ValidateAsync("fill", """{"fills":[]}""", context);
            var (status, code, at, _) = await refused.RefusalAsync();
            Assert.Equal((context, 400, "invalid_request", $"context.{param}"), (context, status, code, at));
        }

        await house.AskAsync<object>("delete from staffing.datasets; select 1");
        using var empty = await house.Bot.ValidateAsync("fill", """{"fills":[]}""", Toledo);
        Assert.Equal("staffing_not_loaded", await empty.ErrorCodeAsync());
    }
}
