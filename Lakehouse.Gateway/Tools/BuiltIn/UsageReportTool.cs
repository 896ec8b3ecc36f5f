using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Usage;
using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.Gateway.Tools.BuiltIn;

internal sealed class UsageReportTool(UsageQuery usage) : ITool
{
    /// <summary>Groups in one answer: a model pays for each.</summary>
    private const int MostGroups = 100;

    public string Name => "usage_report";

    public string Description => "What was asked of language models through this gateway, what it used and cost (nano-USD: 1e-9 USD), with errors and latency; in total and in groups, as far as the caller's key may see them. Use it for questions about spending, volume or failures.";

    public string Category => "usage";

    public ToolPermission Permission => ToolPermission.Read;

    public JsonObject Parameters { get; } = JsonNode.Parse($$"""
        {
          "type": "object",
          "properties": {
            "group_by": { "type": "array", "maxItems": 3, "uniqueItems": true, "items": { "type": "string", "enum": [{{string.Join(", ", UsageQuery.Groups.Keys.Select(name => $"\"{name}\""))}}] } },
            "since": { "type": "string", "description": "From this UTC time on, such as 2026-04-22 or 2026-04-22T03:15:00Z" },
            "until": { "type": "string", "description": "Before this UTC time" },
            "consumer": { "type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[^\\u0000]+$" },
            "provider": { "type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[^\\u0000]+$" },
            "model": { "type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[^\\u0000]+$" },
            "session": { "type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[^\\u0000]+$" },
            "task_class": { "type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[^\\u0000]+$" }
          },
          "additionalProperties": false
        }
        """)!.AsObject();

    public async Task<JsonNode> CallAsync(JsonObject arguments, ToolContext context, CancellationToken cancellationToken)
    {
        string[] groups = [.. (arguments["group_by"] as JsonArray ?? []).Select(group => group!.ToString())];
        var filter = new UsageFilter(
            groups, Time(arguments, "since"), Time(arguments, "until"), Text(arguments, "consumer"), Text(arguments, "provider"), Text(arguments, "model"), Text(arguments, "session"), Text(arguments, "task_class"));
        var report = await usage.ReadAsync(UsageApi.Within(context.Caller, filter), cancellationToken);
        return JsonSerializer.SerializeToNode(
            new UsageAnswer(report.Totals, [.. report.Groups.Take(MostGroups)], Math.Max(0, report.Groups.Count - MostGroups)), LakehouseJson.Options)!;
    }

    private static string? Text(JsonObject arguments, string name) => arguments[name]?.ToString();

    private static DateTimeOffset? Time(JsonObject arguments, string name)
    {
        if (Text(arguments, name) is not { } text)
        {
            return null;
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : throw ApiError.BadInput($"arguments.{name}", $"arguments.{name} is '{(text.Length <= 80 ? text : text[..80] + "…")}'; accepted is a time such as 2026-04-22T03:15:00Z or 2026-04-22.");
    }

    private sealed record UsageAnswer(UsageTotals Totals, IReadOnlyList<UsageGroup> Groups, int GroupsLeftOut);
}
