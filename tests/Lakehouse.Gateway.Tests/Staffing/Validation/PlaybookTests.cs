using System.Text.Json.Nodes;
using Lakehouse.Gateway.Staffing.Tables;
using Lakehouse.Testing;

namespace Lakehouse.Gateway.Tests.Staffing.Validation;

public sealed class PlaybookTests(TestPostgres postgres)
{
    private const string Right = "fill: Welder x2 in Toledo, OH";
    private static readonly string Now = StaffingTables.Workers.Fingerprint;

    [Fact]
    public async Task Playbook_has_its_form_its_names_and_todays_fingerprint()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1");
        using var bot = gateway.As(GatewayApp.BotKey);

        foreach (var (artifact, context, status, findings) in new (JsonObject, string, int, string)[]
        {
            (Entry(Right, ["A"]), "{}", 200, ""),
            (Entry(Right, ["A", "B", "C", "D"]), """{"target_count":2}""", 200, ""),
            (Entry("fill: CNC Operator x10 in St. Louis, MO", ["A"]), "{}", 200, ""),
            (Entry(Right, ["A", "B", "C", "D", "E"]), "{}", 422, "endorsed_count endorsed_names"),
            (Entry(Right, []), "{}", 422, "endorsed_count endorsed_names"),
            (Entry(Right, ["A", "a"]), "{}", 422, "duplicate_name endorsed_names[1]"),
            (Entry(Right, ["A", " "]), "{}", 422, "shape endorsed_names[1]"),
            (Entry(Right, ["A"]), """{"target_count":3}""", 422, "count_mismatch operation"),
            (Entry(Right, ["A"], "0000000000000000"), "{}", 422, "fingerprint_drifted schema_fingerprint"),
            (Entry(Right, ["A"], "0000000000000000"), """{"schema_fingerprint":"0000000000000000"}""", 200, ""),
            (Entry(Right, ["A"], null), "{}", 422, "fingerprint_missing schema_fingerprint"),
            (new(), "{}", 422, "operation_form operation, shape endorsed_names, fingerprint_missing schema_fingerprint"),
        })
        {
            var report = await bot.ReportAsync("playbook", artifact.ToJsonString(), context);
            Assert.Equal((artifact.ToJsonString(), status, findings), (artifact.ToJsonString(), report.Status, report.Findings));
        }

        foreach (var operation in new[]
        {
            "Welder x2 in Toledo, OH", "fill: Welder in Toledo, OH", "fill: Welder x0 in Toledo, OH", "fill: Welder x-1 in Toledo, OH", "fill: Welder x1000 in Toledo, OH", "fill:  x2 in Toledo, OH",
            "fill: Welder x2 in Toledo", "fill: Welder x2 in Toledo, Ohio", "fill: Welder x2 in , OH", Right + "\n", Right + " now", "Fill: Welder x2 in Toledo, OH",
        })
        {
            var report = await bot.ReportAsync("playbook", Entry(operation, ["A"]).ToJsonString());
            Assert.Equal((operation, 422, "operation_form operation"), (operation, report.Status, report.Findings));
        }
    }

    private static JsonObject Entry(string operation, string[] names) => Entry(operation, names, Now);

    private static JsonObject Entry(string operation, string[] names, string? fingerprint) => new()
    {
        ["operation"] = operation, ["endorsed_names"] = new JsonArray([.. names.Select(name => JsonValue.Create(name))]), ["schema_fingerprint"] = fingerprint,
    };
}
