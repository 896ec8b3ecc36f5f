namespace Lakehouse.Gateway.Providers;

/// <summary>A call of a model failed. The message may be shown to the caller: secrets are out of it.</summary>
internal sealed class ProviderException(ProviderFailure failure, string message, TimeSpan? retryAfter = null, Exception? inner = null) : Exception(message, inner)
{
    public ProviderFailure Failure { get; } = failure;

    public TimeSpan? RetryAfter { get; } = retryAfter;
}
