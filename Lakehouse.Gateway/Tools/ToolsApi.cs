using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Keys;
using Lakehouse.Gateway.Knowledge.Truth;
using Lakehouse.Gateway.Providers.Upstream;
using Lakehouse.Gateway.Sessions;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Lakehouse.Gateway.Tools;

/// <summary><c>/v1/tools</c>: the registry, a call, and the audit of all calls.</summary>
internal static class ToolsApi
{
    public static void MapTools(this IEndpointRouteBuilder routes)
    {
        var tools = routes.MapGroup("/v1/tools").AnswersOpenAiErrors().WithTags("tools");
        tools.MapGet("", ListAsync).WithName("tools").WithSummary("Every tool, with its parameters' schema and whether the caller may call it");
        tools.MapGet($"/{ToolAudit.Path}", AuditAsync).WithName("tool_audit").WithSummary("Who called which tool with what, and how it ended; newest first");
        tools.MapGet("/{name}", ReadAsync).WithName("tool").WithSummary("One tool");
        tools.MapPost("/{name}/call", CallAsync).WithName("tool_call").WithSummary("Call a tool; arguments are checked against its schema, and the call is audited");
        routes.MapToolsOverMcp();
    }

    private static async Task<Ok<Page<ToolView>>> ListAsync(HttpContext context, ConsumerKeys keys, ToolRegistry registry)
    {
        var caller = ToolCaller.Of(await keys.AdmitAsync(context));
        return TypedResults.Ok(new Page<ToolView>("list", [.. registry.All.Select(tool => ToolView.Of(tool, caller))], false, null));
    }

    private static async Task<Ok<ToolView>> ReadAsync(string name, HttpContext context, ConsumerKeys keys, ToolRegistry registry)
    {
        var caller = ToolCaller.Of(await keys.AdmitAsync(context));
        return registry.Find(name) is { } found
            ? TypedResults.Ok(ToolView.Of(found.Tool, caller))
            : throw new ApiError(404, "tool_not_found", $"There is no such tool; there are {string.Join(", ", registry.All.Select(tool => tool.Name))}.", "name");
    }

    private static async Task<IResult> CallAsync(string name, HttpContext context, ConsumerKeys keys, ToolInvoker tools, CancellationToken cancellationToken)
    {
        var caller = ToolCaller.Of(await keys.AdmitAsync(context));
        var body = await RequestBody.ReadAsync(context);
        var arguments = body.AcceptOnly("arguments", "task_class", TruthVerdict.Field).ObjectOf("arguments") ?? [];
        var task = caller with { TaskClass = body.TextOf("task_class", 200), TruthContext = body.ObjectOf(TruthVerdict.Field) };
        var outcome = await tools.CallAsync(name, arguments, task, cancellationToken);
        TruthGate.WriteHeader(context.Response, outcome.Truth);
        return outcome.Error is { } error ? throw error : TypedResults.Bytes(JsonBytes.Of((name, outcome), Write), "application/json; charset=utf-8");
    }

    private static void Write(Utf8JsonWriter json, (string Name, ToolOutcome Outcome) answer)
    {
        json.WriteStartObject();
        json.WriteString("tool"u8, answer.Name);
        json.WritePropertyName("result"u8);
        json.WriteRawValue(answer.Outcome.Result, skipInputValidation: true);
        json.WriteNumber("duration_ms"u8, answer.Outcome.DurationMs);
        json.WriteString("audit_id"u8, answer.Outcome.AuditId);
        json.WriteEndObject();
    }

    // what others asked of tools is as private as what others said in sessions
    private static async Task<IResult> AuditAsync(HttpContext context, ConsumerKeys keys, ToolAudit audit, CancellationToken cancellationToken)
    {
        var caller = ToolCaller.Of(await keys.AdmitAsync(context));
        var query = context.Request.Query;
        var page = PageQuery.OfIds(query, "aud_", "tool", "consumer", "since");
        var consumer = Name(query, "consumer");
        if (!caller.May(ToolAudit.Path, ToolPermission.Admin))
        {
            consumer = consumer is null || consumer == caller.Consumer
                ? caller.Consumer
                : throw new ApiError(403, "audit_denied", $"The key of {caller.Consumer} may read the audit of its own calls only.", "consumer");
        }

        return TypedResults.Ok(await audit.ReadAsync(new(consumer, Name(query, "tool"), Since(query), page), cancellationToken));
    }

    private static string? Name(IQueryCollection query, string name)
    {
        var text = PageQuery.Text(query, name);
        return text is null || (text.Length <= 200 && !text.Contains('\0', StringComparison.Ordinal))
            ? text
            : throw ApiError.BadInput(name, $"{name} is no name; accepted is a text of 1 to 200 characters.");
    }

    private static DateTimeOffset? Since(IQueryCollection query)
    {
        if (PageQuery.Text(query, "since") is not { } text)
        {
            return null;
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : throw ApiError.BadInput("since", $"since is '{text}'; accepted is a time such as 2026-04-22T03:15:00Z or 2026-04-22.");
    }
}

/// <param name="Allowed">Whether the caller may call it.</param>
internal sealed record ToolView(string Name, string Object, string Description, string Category, ToolPermission Permission, JsonObject Parameters, bool Allowed)
{
    public static ToolView Of(ITool tool, ToolCaller caller) => new(tool.Name, "tool", tool.Description, tool.Category, tool.Permission, tool.Parameters, caller.MayCall(tool));
}
