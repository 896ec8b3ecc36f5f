using System.Diagnostics;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Providers;
using Lakehouse.Gateway.Usage;
using Lakehouse.ServiceDefaults.Telemetry;

namespace Lakehouse.Gateway.Chat;

/// <summary>What one attempt used, from what was seen of it, and its span: the one place where tokens become a charge.</summary>
internal sealed class AttemptMeter : IDisposable
{
    private readonly ChatCall _call;
    private readonly Activity? _span;
    private long _characters;
    private ModelUsage? _usage;

    public AttemptMeter(ChatCall call, string budgetScope)
    {
        _call = call;
        _span = GatewayTelemetry.Source.StartActivity($"chat {call.Call.Model}", ActivityKind.Client);
        _span?.SetTag(TelemetryNames.GenAi.OperationName, "chat")
            .SetTag(TelemetryNames.GenAi.ProviderName, call.Call.Provider.Name)
            .SetTag(TelemetryNames.GenAi.RequestModel, call.Call.Model)
            .SetTag(TelemetryNames.GenAi.RequestMaxTokens, call.Call.MaxTokens)
            .SetTag(TelemetryNames.GenAi.RequestStream, call.Request.Stream)
            .SetTag(TelemetryNames.RequestId, call.RequestId)
            .SetTag(TelemetryNames.Consumer, call.Consumer)
            .SetTag(TelemetryNames.TaskClass, call.Request.TaskClass)
            .SetTag(TelemetryNames.BudgetScope, budgetScope)
            .SetTag(TelemetryNames.Attempt, 1);
    }

    public void Saw(ModelChunk chunk)
    {
        _characters += Characters(chunk.Delta);
        _usage = chunk.Usage ?? _usage;
    }

    public void Saw(ModelReply reply)
    {
        _characters += Characters(reply.Message);
        _usage = reply.Usage;
    }

    /// <summary>A whole reply. Tokens that the provider did not report are guessed for the report and charged at their bound.</summary>
    public UsageRecord Completed(string day, CallClock clock, string model, string finishReason)
    {
        var (prompt, completion) = Tokens();
        var chargedPrompt = _usage?.PromptTokens ?? _call.InputBound;
        var chargedCompletion = _usage?.CompletionTokens ?? Math.Max(completion, _call.Call.MaxTokens);
        var record = Record(day, clock, UsageRecord.Ok) with
        {
            PromptTokens = prompt, CompletionTokens = completion, Estimated = _usage is not { PromptTokens: not null, CompletionTokens: not null },
            ChargedCalls = 1, ChargedTokens = chargedPrompt + chargedCompletion, CostNanoUsd = _call.Price?.Cost(chargedPrompt, chargedCompletion, 0, 0) ?? 0,
        };
        _span?.SetTag(TelemetryNames.GenAi.ResponseModel, model).SetTag(TelemetryNames.GenAi.ResponseFinishReasons, new[] { finishReason });
        return Publish(record, clock, null);
    }

    public UsageRecord Failed(string day, CallClock clock, ProviderException problem)
    {
        var (code, _, charge) = ProviderFailures.Of(problem.Failure);
        var (prompt, completion) = charge == FailureCharge.Bound ? Tokens() : (0, 0);
        var (boundPrompt, boundCompletion) = (_call.InputBound, Math.Max(completion, _call.Call.MaxTokens));
        var record = Record(day, clock, code) with
        {
            Error = problem.Message, PromptTokens = prompt, CompletionTokens = completion, Estimated = charge == FailureCharge.Bound,
            ChargedCalls = charge == FailureCharge.Nothing ? 0 : 1,
            ChargedTokens = charge == FailureCharge.Bound ? boundPrompt + boundCompletion : 0,
            CostNanoUsd = charge == FailureCharge.Bound ? _call.Price?.Bound(boundPrompt, boundCompletion) ?? 0 : 0,
        };
        _span?.SetStatus(ActivityStatusCode.Error, problem.Message);
        return Publish(record, clock, code);
    }

    /// <summary>The record of a call that nobody settles: the whole reservation.</summary>
    public static UsageRecord Abandoned(ChatCall call, string day) => new()
    {
        AttemptId = call.AttemptId, RequestId = call.RequestId, Day = day, StartedAt = call.StartedAt, Consumer = call.Consumer, Provider = call.Call.Provider.Name,
        Model = call.Call.Model, TaskClass = call.Request.TaskClass, SessionId = call.Request.SessionId, Outcome = UsageRecord.Abandoned,
        Error = "The gateway ended before it settled this call; it was charged in full.", Streamed = call.Request.Stream, Estimated = true,
        PromptTokens = TokenEstimate.Guess(TokenEstimate.InputCharacters(call.Request.Body)),
        ChargedCalls = call.Ask.Calls, ChargedTokens = call.Ask.Tokens, CostNanoUsd = call.Ask.NanoUsd, TraceId = call.TraceId,
    };

    public void Dispose() => _span?.Dispose();

    private static long Characters(JsonObject? delta) =>
        ((delta?["content"] as JsonValue)?.ToString().Length ?? 0) + ((delta?["reasoning_content"] as JsonValue)?.ToString().Length ?? 0) + (delta?["tool_calls"]?.ToJsonString().Length ?? 0);

    private (long Prompt, long Completion) Tokens() => (
        _usage?.PromptTokens ?? TokenEstimate.Guess(TokenEstimate.InputCharacters(_call.Request.Body)),
        _usage?.CompletionTokens ?? TokenEstimate.Guess(_characters));

    private UsageRecord Record(string day, CallClock clock, string outcome) => Abandoned(_call, day) with
    {
        Outcome = outcome, Error = null, LatencyMs = (long)clock.Elapsed.TotalMilliseconds, FirstByteMs = (long?)clock.FirstByte?.TotalMilliseconds,
    };

    private UsageRecord Publish(UsageRecord record, CallClock clock, string? error)
    {
        _span?.SetTag(TelemetryNames.GenAi.InputTokens, record.PromptTokens)
            .SetTag(TelemetryNames.GenAi.OutputTokens, record.CompletionTokens)
            .SetTag(TelemetryNames.UsageEstimated, record.Estimated)
            .SetTag(TelemetryNames.CostNanoUsd, record.CostNanoUsd)
            .SetTag(TelemetryNames.Outcome, record.Outcome)
            .SetTag(TelemetryNames.ErrorType, error);
        var tags = new TagList
        {
            { TelemetryNames.GenAi.OperationName, "chat" }, { TelemetryNames.GenAi.ProviderName, record.Provider }, { TelemetryNames.GenAi.RequestModel, record.Model },
        };
        if (error is not null)
        {
            tags.Add(TelemetryNames.ErrorType, error);
        }

        GatewayTelemetry.Duration.Record(clock.Elapsed.TotalSeconds, tags);
        if (!record.Estimated)
        {
            GatewayTelemetry.TokenUsage.Record(record.PromptTokens, [.. tags, new(TelemetryNames.GenAi.TokenType, "input")]);
            GatewayTelemetry.TokenUsage.Record(record.CompletionTokens, [.. tags, new(TelemetryNames.GenAi.TokenType, "output")]);
        }

        return record;
    }
}
