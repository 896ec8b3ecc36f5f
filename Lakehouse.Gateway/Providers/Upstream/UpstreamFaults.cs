namespace Lakehouse.Gateway.Providers.Upstream;

/// <summary>Failures of the transport as failures of a provider.</summary>
internal static class UpstreamFaults
{
    public static bool IsTransport(Exception problem) => problem is OperationCanceledException or HttpRequestException or IOException;

    public static ProviderException Of(Exception problem, string vendor, CallClock clock) => problem switch
    {
        HttpRequestException { InnerException: TimeoutException late } => new(ProviderFailure.ConnectTimeout, $"{vendor}: {late.Message}", inner: problem),
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError } =>
            new(ProviderFailure.Unreachable, $"{vendor} cannot be reached: {problem.Message}", inner: problem),
        OperationCanceledException => clock.Failure(problem),
        _ => new(ProviderFailure.CutStream, $"The connection to {vendor} broke.", inner: problem),
    };
}
