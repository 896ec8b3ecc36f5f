namespace Lakehouse.Gateway.Usage;

/// <summary>One attempt of a model call, as it travels from the settling script to the ledger. What others wrote into it is stripped of
/// what the ledger cannot keep; names and ids were checked when the request was read.</summary>
internal sealed record UsageRecord
{
    public const string Ok = "ok";

    /// <summary>The gateway that made the call never settled it.</summary>
    public const string Abandoned = "abandoned";

    public required string AttemptId { get; init; }
    public required string RequestId { get; init; }

    /// <summary>From 1, over all candidates of a request.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>chat or embeddings.</summary>
    public string Operation { get; init; } = "chat";

    /// <summary>UTC day as <c>yyyyMMdd</c>, decided by Redis.</summary>
    public required string Day { get; init; }
    public required DateTimeOffset StartedAt { get; init; }
    public required string Consumer { get; init; }
    public string? KeyId { get; init; }
    public required string Provider { get; init; }
    public required string Model { get; init; }
    public string? TaskClass { get; init; }
    public string? SessionId { get; init; }
    public required string Outcome { get; init; }
    public string? Error { get; init => field = StorableText.Of(value); }
    public bool Streamed { get; init; }
    public string? FinishReason { get; init => field = StorableText.Of(value); }
    public long PromptTokens { get; init; }
    public long CompletionTokens { get; init; }

    /// <summary>Part of the prompt that a cache answered.</summary>
    public long CachedTokens { get; init; }

    /// <summary>Part of the prompt that was written to a cache.</summary>
    public long CacheWriteTokens { get; init; }

    /// <summary>Part of the completion.</summary>
    public long ReasoningTokens { get; init; }
    public bool Estimated { get; init; }
    public long ChargedCalls { get; init; }
    public long ChargedTokens { get; init; }
    public long CostNanoUsd { get; init; }
    public long LatencyMs { get; init; }
    public long? FirstByteMs { get; init; }
    public string? TraceId { get; init; }
    public string? HoldId { get; init; }
    public long HeldTokens { get; init; }
    public long HeldNanoUsd { get; init; }

    /// <summary>JSON: why this route, what was skipped, what was injected.</summary>
    public string? Details { get; init; }

    /// <summary>Both together, for the reply of a chat that took several rounds.</summary>
    public UsageRecord After(UsageRecord? earlier) => earlier is null ? this : this with
    {
        PromptTokens = PromptTokens + earlier.PromptTokens, CompletionTokens = CompletionTokens + earlier.CompletionTokens,
        CachedTokens = CachedTokens + earlier.CachedTokens, CacheWriteTokens = CacheWriteTokens + earlier.CacheWriteTokens,
        ReasoningTokens = ReasoningTokens + earlier.ReasoningTokens, CostNanoUsd = CostNanoUsd + earlier.CostNanoUsd, Estimated = Estimated || earlier.Estimated,
    };
}
