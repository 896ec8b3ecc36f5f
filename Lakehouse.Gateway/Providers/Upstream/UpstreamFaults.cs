namespace Lakehouse.Gateway.Providers.Upstream;

/// <summary>Failures of the transport as failures of a provider.</summary>
internal static class UpstreamFaults
{
    public static bool IsTransport(Exception problem) => problem is OperationCanceledException or HttpRequestException or IOException;

    public static ProviderException Of(Exception problem, string vendor, CallClock clock) => problem switch
    {
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError } =>
            new(ProviderFailure.Unreachable, $"{vendor} cannot be reached: {problem.Message}", inner: problem),
        // SocketsHttpHandler reports its connect timeout as a cancellation around a TimeoutException
        OperationCanceledException { InnerException: TimeoutException } when !clock.Token.IsCancellationRequested =>
            new(ProviderFailure.ConnectTimeout, $"{vendor} did not accept a connection in time.", inner: problem),
        OperationCanceledException => clock.Failure(problem),
        _ => new(ProviderFailure.CutStream, $"The connection to {vendor} broke.", inner: problem),
    };
}
