namespace Lakehouse.Benchmarks.Load;

/// <summary>What wrk counted.</summary>
/// <param name="Refused">Replies with a status of 400 or more.</param>
/// <param name="SocketErrors">Connections refused or cut, and time-outs.</param>
internal sealed record LoadResult(long Requests, TimeSpan Duration, long Refused, long SocketErrors, TimeSpan P50, TimeSpan P99)
{
    public double PerSecond => Requests / Duration.TotalSeconds;

    public long Errors => Refused + SocketErrors;

    public long Good => Requests - Refused;
}
