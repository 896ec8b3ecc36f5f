namespace Lakehouse.Gateway.Providers;

/// <summary>Every way in which a call of a model can fail. Adapters decide which; nobody else looks at a vendor's text.</summary>
internal enum ProviderFailure
{
    Auth,
    Quota,
    RateLimited,
    ConnectTimeout,
    FirstByteTimeout,
    IdleTimeout,
    InvalidRequest,
    ModelNotFound,
    ContentFiltered,
    Unavailable,
    Unreachable,
    Protocol,
    CutStream,
    Cancelled,
}

/// <summary>What a failure costs.</summary>
internal enum FailureCharge
{
    /// <summary>It is certain that nothing was sent.</summary>
    Nothing,

    /// <summary>The vendor answered that it refused: one call, no tokens.</summary>
    Call,

    /// <summary>Nobody knows what was produced: the larger of what was seen and what was reserved.</summary>
    Bound,
}

/// <param name="Status">What the caller sees.</param>
/// <param name="Retry">The same target may be asked again.</param>
/// <param name="Fallback">The next target may be asked. Never for what is the caller's own making.</param>
/// <param name="Trips">It counts towards opening the circuit.</param>
internal sealed record FailureRule(string Code, int Status, FailureCharge Charge, bool Retry = false, bool Fallback = true, bool Trips = true);

/// <summary>The one table of failures: what they are called, what they cost, and what happens next.</summary>
internal static class ProviderFailures
{
    public static FailureRule Of(ProviderFailure failure) => failure switch
    {
        ProviderFailure.Auth => new("upstream_auth", 502, FailureCharge.Call),
        ProviderFailure.Quota => new("upstream_quota", 502, FailureCharge.Call),
        ProviderFailure.RateLimited => new("rate_limited", 429, FailureCharge.Call, Retry: true),
        ProviderFailure.ConnectTimeout => new("upstream_connect_timeout", 504, FailureCharge.Nothing, Retry: true),
        ProviderFailure.FirstByteTimeout => new("upstream_first_byte_timeout", 504, FailureCharge.Bound),
        ProviderFailure.IdleTimeout => new("upstream_idle_timeout", 504, FailureCharge.Bound),
        ProviderFailure.InvalidRequest => new("upstream_invalid_request", 400, FailureCharge.Call, Fallback: false, Trips: false),
        ProviderFailure.ModelNotFound => new("model_not_found", 404, FailureCharge.Call, Trips: false),
        ProviderFailure.ContentFiltered => new("content_filtered", 400, FailureCharge.Call, Fallback: false, Trips: false),
        ProviderFailure.Unavailable => new("upstream_unavailable", 502, FailureCharge.Bound, Retry: true),
        ProviderFailure.Unreachable => new("upstream_unreachable", 502, FailureCharge.Nothing, Retry: true),
        ProviderFailure.Protocol => new("upstream_protocol", 502, FailureCharge.Bound),
        ProviderFailure.CutStream => new("upstream_cut_stream", 502, FailureCharge.Bound),
        ProviderFailure.Cancelled => new("cancelled", 499, FailureCharge.Bound, Fallback: false, Trips: false),
        _ => throw new ArgumentOutOfRangeException(nameof(failure), failure, null),
    };
}
