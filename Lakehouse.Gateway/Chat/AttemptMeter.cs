using System.Diagnostics;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Budgets;
using Lakehouse.Gateway.Providers;
using Lakehouse.Gateway.Usage;
using Lakehouse.ServiceDefaults.Telemetry;

namespace Lakehouse.Gateway.Chat;

/// <summary>What one attempt used, from what was seen of it, and its span: the one place where tokens become a charge.</summary>
internal sealed class AttemptMeter : IDisposable
{
    private readonly ChatCall _call;
    private readonly Hold _hold;
    private readonly CallClock _clock;
    private readonly Activity? _span;
    private readonly TracedMessages? _traced;
    private long _characters;
    private ModelUsage _usage = ModelUsage.Unknown;

    public AttemptMeter(ChatCall call, Hold hold, CallClock clock)
    {
        (_call, _hold, _clock) = (call, hold, clock);
        _span = GatewayTelemetry.Source.StartActivity($"{call.Job.Operation} {call.Call.Model}", ActivityKind.Client);
        // each once: adding needs no search for one that is there
        _span?.AddTag(TelemetryNames.GenAi.OperationName, call.Job.Operation)
            .AddTag(TelemetryNames.GenAi.ProviderName, call.Call.Provider.Name)
            .AddTag(TelemetryNames.GenAi.RequestModel, call.Call.Model)
            .AddTag(TelemetryNames.GenAi.RequestMaxTokens, call.Call.MaxTokens)
            .AddTag(TelemetryNames.GenAi.RequestStream, call.Request.Stream)
            .AddTag(TelemetryNames.ServerAddress, call.Upstream.Url.Host)
            .AddTag(TelemetryNames.ServerPort, call.Upstream.Url.Port)
            .AddTag(TelemetryNames.RequestId, call.RequestId)
            .AddTag(TelemetryNames.Consumer, call.Job.Caller.Consumer)
            .AddTag(TelemetryNames.TaskClass, call.Request.TaskClass)
            .AddTag(TelemetryNames.RouteRule, call.Job.Route.Rule)
            .AddTag(TelemetryNames.BudgetScope, Tightest.Of(hold)?.Scope.Label ?? "none")
            .AddTag(TelemetryNames.HoldId, hold.Id)
            .AddTag(TelemetryNames.BudgetDecision, hold.IsMetered ? "granted" : "store_unavailable")
            .AddTag(TelemetryNames.Attempt, call.Attempt);
        _traced = _span is { IsAllDataRequested: true } ? TracedMessages.Of(call) : null;
        if (_traced is not null)
        {
            _span?.AddTag(TelemetryNames.GenAi.InputMessages, _traced.Prompt);
        }
    }

    public void Saw(ModelChunk chunk)
    {
        _characters += chunk.Text?.Length ?? Characters(chunk.Delta);
        _traced?.Saw(chunk);
        _usage = Later(_usage, chunk.Usage);
    }

    public void Saw(ModelReply reply)
    {
        if (reply.Usage.CompletionTokens is not > 0)
        {
            _characters += Characters(reply.Message);
        }

        _traced?.Saw(reply.Message);
        _usage = reply.Usage;
    }

    public void Saw(EmbeddingReply reply) => _usage = reply.Usage with { CompletionTokens = 0 };

    /// <summary>A whole reply. Tokens that the provider did not report are guessed for the report and charged at their bound.</summary>
    public UsageRecord Completed(string model, string finishReason)
    {
        _usage = _usage.Counted(_characters > 0);
        var (prompt, completion) = Tokens();
        var chargedPrompt = _usage.PromptTokens ?? _call.Job.InputBound;
        var chargedCompletion = _usage.CompletionTokens ?? Math.Max(completion, _call.Call.MaxTokens);
        var record = Record(UsageRecord.Ok) with
        {
            PromptTokens = prompt, CompletionTokens = completion, Estimated = _usage is not { PromptTokens: not null, CompletionTokens: not null },
            ChargedCalls = 1, ChargedTokens = chargedPrompt + chargedCompletion, FinishReason = finishReason,
            CostNanoUsd = _usage.CostNanoUsd ?? _call.Price?.Cost(_usage, chargedPrompt, chargedCompletion) ?? 0,
        };
        _span?.AddTag(TelemetryNames.GenAi.ResponseModel, model).AddTag(TelemetryNames.GenAi.ResponseFinishReasons, new[] { finishReason });
        return Publish(record, null);
    }

    public UsageRecord Failed(ProviderException problem)
    {
        var (code, charge) = (ProviderFailures.Of(problem.Failure).Code, ProviderFailures.Of(problem.Failure).Charge);
        if (charge == FailureCharge.Call && _characters > 0)
        {
            // a refusal in the middle of a stream is none: something was produced
            charge = FailureCharge.Bound;
        }

        _usage = _usage.Counted(_characters > 0);
        var (prompt, completion) = charge == FailureCharge.Bound ? Tokens() : (0, 0);
        var (boundPrompt, boundCompletion) = (Math.Max(_call.Job.InputBound, prompt), Math.Max(completion, _call.Call.MaxTokens));
        var record = Record(code) with
        {
            Error = Unsaid.In(problem.Message, _call.Request.Body), PromptTokens = prompt, CompletionTokens = completion, Estimated = charge == FailureCharge.Bound,
            ChargedCalls = charge == FailureCharge.Nothing ? 0 : 1,
            ChargedTokens = charge == FailureCharge.Bound ? boundPrompt + boundCompletion : 0,
            CostNanoUsd = charge == FailureCharge.Bound ? Math.Max(_call.Price?.Bound(boundPrompt, boundCompletion) ?? 0, _usage.CostNanoUsd ?? 0) : 0,
        };
        // not the vendor's words, which may repeat the prompt
        _span?.SetStatus(ActivityStatusCode.Error, code);
        return Publish(record, code);
    }

    /// <summary>The record of a call that nobody settles: the whole reservation.</summary>
    public static UsageRecord Abandoned(ChatCall call, string day, string holdId) => new()
    {
        AttemptId = call.AttemptId, RequestId = call.RequestId, Attempt = call.Attempt, Operation = call.Job.Operation, Day = day, StartedAt = call.StartedAt,
        Consumer = call.Job.Caller.Consumer, KeyId = call.Job.Caller.KeyId, Provider = call.Call.Provider.Name,
        Model = call.Call.Model, TaskClass = call.Request.TaskClass, SessionId = call.Request.SessionId, Outcome = UsageRecord.Abandoned,
        Error = "The gateway ended before it settled this call; it was charged in full.", Streamed = call.Request.Stream, Estimated = true,
        PromptTokens = call.Job.InputGuess, ChargedCalls = call.Ask.Calls, ChargedTokens = call.Ask.Tokens, CostNanoUsd = call.Ask.NanoUsd,
        HoldId = holdId, HeldTokens = call.Ask.Tokens, HeldNanoUsd = call.Ask.NanoUsd, TraceId = call.Job.TraceId, Details = call.Details,
    };

    public void Dispose() => _span?.Dispose();

    // some vendors count up over several chunks, some send a zero after the number
    private static ModelUsage Later(ModelUsage before, ModelUsage? now) => now is null ? before : new(
        Larger(before.PromptTokens, now.PromptTokens), Larger(before.CompletionTokens, now.CompletionTokens),
        Math.Max(before.CachedTokens, now.CachedTokens), Math.Max(before.CacheWriteTokens, now.CacheWriteTokens), Math.Max(before.ReasoningTokens, now.ReasoningTokens),
        Larger(before.CostNanoUsd, now.CostNanoUsd), Math.Max(before.CacheWriteHourTokens, now.CacheWriteHourTokens));

    private static long? Larger(long? one, long? other) => one is null ? other : other is null ? one : Math.Max(one.Value, other.Value);

    private static long Characters(JsonObject? delta) => delta is null ? 0 :
        Length(delta["content"]) + Length(delta["reasoning_content"]) + Length(delta["refusal"]) + (delta["tool_calls"]?.ToJsonString().Length ?? 0);

    private static long Length(JsonNode? text) => text is JsonValue value && value.TryGetValue(out string? content) ? content.Length : 0;

    private (long Prompt, long Completion) Tokens() => (
        _usage.PromptTokens ?? _call.Job.InputGuess, _usage.CompletionTokens ?? TokenEstimate.Guess(_characters));

    private UsageRecord Record(string outcome) => Abandoned(_call, _hold.Day, _hold.Id) with
    {
        Outcome = outcome, Error = null, LatencyMs = (long)_clock.Elapsed.TotalMilliseconds, FirstByteMs = (long?)_clock.FirstByte?.TotalMilliseconds,
        CachedTokens = _usage.CachedTokens, CacheWriteTokens = _usage.CacheWriteTokens, ReasoningTokens = _usage.ReasoningTokens,
    };

    private UsageRecord Publish(UsageRecord record, string? error)
    {
        _span?.AddTag(TelemetryNames.GenAi.InputTokens, record.PromptTokens)
            .AddTag(TelemetryNames.GenAi.OutputTokens, record.CompletionTokens)
            .AddTag(TelemetryNames.UsageEstimated, record.Estimated)
            .AddTag(TelemetryNames.CostNanoUsd, record.CostNanoUsd)
            .AddTag(TelemetryNames.Outcome, record.Outcome);
        if (_traced is not null)
        {
            _span?.AddTag(TelemetryNames.GenAi.OutputMessages, _traced.Answer);
        }

        if (error is not null)
        {
            _span?.AddTag(TelemetryNames.ErrorType, error);
        }

        GatewayTelemetry.Measure(record, _clock.Elapsed, error);
        return record;
    }
}
