using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Knowledge.Truth;
using Lakehouse.Gateway.Providers.Upstream;
using Lakehouse.ServiceDefaults.Contracts;
using Lakehouse.ServiceDefaults.Telemetry;

namespace Lakehouse.Gateway.Tools;

/// <summary>The one way to a tool, for HTTP, MCP and models: may this caller → are the arguments valid → do the truth rules allow it → run in time → audit.</summary>
internal sealed partial class ToolInvoker(ToolRegistry registry, TruthGate truth, ToolAudit audit, TimeProvider time, ILogger<ToolInvoker> logger)
{
    /// <summary>Characters of a name that no tool has, as far as the audit keeps it.</summary>
    private const int LongestName = 64;

    /// <summary>Bytes of a call's arguments.</summary>
    private const int MostBytes = 256 << 10;

    /// <param name="callId">The model's or the client's id of the call; null = none.</param>
    /// <returns>The result or the refusal; either is audited by then.</returns>
    /// <exception cref="Usage.LedgerUnavailableException">Nobody could record the call: it did not run, or its answer is kept back.</exception>
    public async Task<ToolOutcome> CallAsync(string name, JsonObject arguments, ToolCaller caller, CancellationToken cancellationToken, string? callId = null)
    {
        var started = time.GetTimestamp();
        var (parameters, unfit) = Read(arguments);
        var call = Begin(name, caller, parameters, ToolVerdict.Started);
        if (unfit is not null)
        {
            return await RefuseAsync(call, ToolVerdict.Invalid, unfit, cancellationToken);
        }

        if (registry.Find(name) is not { } found)
        {
            return await RefuseAsync(call, ToolVerdict.Invalid, new(404, "tool_not_found", $"There is no tool '{Short(name)}'; there are {string.Join(", ", registry.All.Select(tool => tool.Name))}.", "name"), cancellationToken);
        }

        using var span = GatewayTelemetry.Source.StartActivity($"execute_tool {name}");
        span?.SetTag(TelemetryNames.GenAi.OperationName, "execute_tool").SetTag(TelemetryNames.GenAi.ToolName, name).SetTag(TelemetryNames.GenAi.ToolType, "function")
            .SetTag(TelemetryNames.GenAi.ToolCallId, callId).SetTag(TelemetryNames.Consumer, caller.Consumer).SetTag(TelemetryNames.AuditId, call.AuditId);
        var outcome = await AdmitAsync(found.Tool, found.Schema, call, arguments, caller, cancellationToken) ?? await JudgeAsync(found.Tool, call, arguments, caller, started, cancellationToken);
        span?.SetTag(TelemetryNames.ToolVerdict, outcome.Verdict);
        if (outcome.Error is { } error)
        {
            span?.SetTag(TelemetryNames.ErrorType, error.Code).SetStatus(ActivityStatusCode.Error);
        }

        return outcome;
    }

    /// <summary>Audits a call that never came as far as a tool: not offered, or no JSON.</summary>
    public Task<ToolOutcome> RefuseAsync(string name, string verdict, ApiError error, ToolCaller caller, CancellationToken cancellationToken) =>
        RefuseAsync(Begin(name, caller, null, verdict), verdict, error, cancellationToken);

    private ToolCallRecord Begin(string name, ToolCaller caller, JsonNode? parameters, string verdict) => new(
        LakehouseId.NewAudit(time), time.GetUtcNow(), caller.Consumer, Short(name), parameters, verdict, null, null, null, Activity.Current?.TraceId.ToHexString());

    private async Task<ToolOutcome?> AdmitAsync(ITool tool, ToolSchema schema, ToolCallRecord call, JsonObject arguments, ToolCaller caller, CancellationToken cancellationToken)
    {
        if (!caller.MayCall(tool))
        {
            return await RefuseAsync(call, ToolVerdict.Denied, new(403, "tool_denied", $"The key of {caller.Consumer} may not call {tool.Name}, which needs the permission {Label(tool.Permission)}.", "name"), cancellationToken);
        }

        return await schema.CheckAsync(arguments) is { } fault
            ? await RefuseAsync(call, ToolVerdict.Invalid, ApiError.BadInput(fault.Path, fault.Message), cancellationToken)
            : null;
    }

    private async Task<ToolOutcome> JudgeAsync(ITool tool, ToolCallRecord call, JsonObject arguments, ToolCaller caller, long started, CancellationToken cancellationToken)
    {
        var verdict = truth.Judge(tool.Name, arguments, caller);
        var refused = verdict?.Refusal(arguments);
        if (verdict?.Redaction is not null)
        {
            // neither the tool nor the audit sees it
            arguments = new(arguments.Select(argument => KeyValuePair.Create(argument.Key, verdict.Context[argument.Key]?.DeepClone())));
            call = call with { Parameters = SecretMask.Of(arguments) };
        }

        var outcome = refused is null
            ? await RunAsync(tool, call, arguments, caller, started, cancellationToken)
            : await RefuseAsync(call, refused.Status == StatusCodes.Status403Forbidden ? ToolVerdict.Denied : ToolVerdict.Invalid, refused, cancellationToken);
        return outcome with { Truth = verdict };
    }

    private async Task<ToolOutcome> RunAsync(ITool tool, ToolCallRecord call, JsonObject arguments, ToolCaller caller, long started, CancellationToken cancellationToken)
    {
        // what changes something is recorded before, because a killed gateway may have done it; a read that never answered gave nothing away
        var changes = tool.Permission != ToolPermission.Read;
        if (changes)
        {
            await audit.WriteAsync(call, flushed: true, cancellationToken);
        }

        var (result, error) = await TryAsync(tool, call, arguments, caller, cancellationToken);
        var verdict = error switch { null => ToolVerdict.Ok, { Status: 400 } => ToolVerdict.Invalid, { Status: 403 } => ToolVerdict.Denied, _ => ToolVerdict.Error };
        var duration = (long)time.GetElapsedTime(started).TotalMilliseconds;
        var json = error is null ? JsonBytes.Of(result, WriteResult) : null;
        call = call with { Verdict = verdict, Error = error?.Code, ResultBytes = json?.Length, DurationMs = duration };
        await (changes ? audit.CompleteAsync(call) : audit.WriteAsync(call, flushed: false, CancellationToken.None));
        cancellationToken.ThrowIfCancellationRequested();
        return new(call.AuditId, verdict, json, error, duration);
    }

    private async Task<(JsonNode? Result, ApiError? Error)> TryAsync(ITool tool, ToolCallRecord call, JsonObject arguments, ToolCaller caller, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(tool.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            // a tool that does not look at its token must not keep the caller either
            return (await tool.CallAsync(arguments, new(caller.Caller, call.AuditId) { Profiles = caller.Profiles, Task = new(caller.TaskClass, caller.TruthContext) }, either.Token).WaitAsync(either.Token), null);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return (null, new(499, "cancelled", "The caller went away."));
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return (null, new(504, "tool_timeout", $"The tool {tool.Name} did not answer within {tool.Timeout.TotalSeconds:0.#} seconds."));
        }
        catch (Exception problem) when (ErrorWriter.ToApiError(problem, time) is { } planned)
        {
            return (null, planned);
        }
        catch (Exception problem)
        {
            LogFailed(problem, tool.Name, call.AuditId);
            return (null, new(502, "tool_failed", $"The tool {tool.Name} failed; the gateway's log says why, under {call.AuditId}."));
        }
    }

    private async Task<ToolOutcome> RefuseAsync(ToolCallRecord call, string verdict, ApiError error, CancellationToken cancellationToken)
    {
        await audit.WriteAsync(call with { Verdict = verdict, Error = error.Code, DurationMs = 0 }, flushed: true, cancellationToken);
        return new(call.AuditId, verdict, null, error, 0);
    }

    // JSON that parses may still say nothing: System.Text.Json finds half a surrogate pair, or a field said twice, when it is read
    private static (JsonNode? Masked, ApiError? Unfit) Read(JsonObject arguments)
    {
        try
        {
            var bytes = Encoding.UTF8.GetByteCount(arguments.ToJsonString());
            return bytes <= MostBytes
                ? (SecretMask.Of(arguments), null)
                : (null, new(413, "request_too_large", $"arguments has {bytes} bytes; accepted are at most {MostBytes}.", "arguments"));
        }
        catch (Exception problem) when (problem is InvalidOperationException or ArgumentException)
        {
            return (null, ApiError.BadInput("arguments", "arguments has text that is no Unicode, or a field twice; accepted is text without unpaired surrogates, and each field once."));
        }
    }

    private static void WriteResult(Utf8JsonWriter json, JsonNode? result)
    {
        if (result is null)
        {
            json.WriteNullValue();
        }
        else
        {
            result.WriteTo(json, LakehouseJson.Options);
        }
    }

    private static string Label(ToolPermission permission) => permission.ToString().ToLowerInvariant();

    private static string Short(string name)
    {
        var known = name.Replace("\0", "", StringComparison.Ordinal);
        return known.Length <= LongestName ? known : known[..LongestName] + "…";
    }

    [LoggerMessage(LogLevel.Error, "The tool {Tool} failed in call {AuditId}.")]
    private partial void LogFailed(Exception problem, string tool, string auditId);
}

/// <summary>How a call ended.</summary>
/// <param name="Result">UTF-8 JSON, as whoever asked gets it.</param>
/// <param name="Error">The refusal; null = <paramref name="Result"/> is the answer.</param>
/// <param name="Truth">What the truth rules said; null = it did not come so far, or none is for it.</param>
internal sealed record ToolOutcome(string AuditId, string Verdict, byte[]? Result, ApiError? Error, long DurationMs, TruthVerdict? Truth = null);
