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

/// <summary>The one table of failures: what they are called, what they cost, which status the caller sees.</summary>
internal static class ProviderFailures
{
    public static (string Code, int Status, FailureCharge Charge) Of(ProviderFailure failure) => failure switch
    {
        ProviderFailure.Auth => ("upstream_auth", 502, FailureCharge.Call),
        ProviderFailure.Quota => ("upstream_quota", 502, FailureCharge.Call),
        ProviderFailure.RateLimited => ("rate_limited", 429, FailureCharge.Call),
        ProviderFailure.ConnectTimeout => ("upstream_connect_timeout", 504, FailureCharge.Nothing),
        ProviderFailure.FirstByteTimeout => ("upstream_first_byte_timeout", 504, FailureCharge.Bound),
        ProviderFailure.IdleTimeout => ("upstream_idle_timeout", 504, FailureCharge.Bound),
        ProviderFailure.InvalidRequest => ("upstream_invalid_request", 400, FailureCharge.Call),
        ProviderFailure.ModelNotFound => ("model_not_found", 404, FailureCharge.Call),
        ProviderFailure.ContentFiltered => ("content_filtered", 400, FailureCharge.Call),
        ProviderFailure.Unavailable => ("upstream_unavailable", 502, FailureCharge.Bound),
        ProviderFailure.Unreachable => ("upstream_unreachable", 502, FailureCharge.Nothing),
        ProviderFailure.Protocol => ("upstream_protocol", 502, FailureCharge.Bound),
        ProviderFailure.CutStream => ("upstream_cut_stream", 502, FailureCharge.Bound),
        ProviderFailure.Cancelled => ("cancelled", 499, FailureCharge.Bound),
        _ => throw new ArgumentOutOfRangeException(nameof(failure), failure, null),
    };
}
