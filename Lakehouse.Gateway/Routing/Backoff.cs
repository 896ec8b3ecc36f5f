namespace Lakehouse.Gateway.Routing;

/// <summary>How long to wait before the same target is asked again.</summary>
/// <param name="random">0 to 1; injected, so that tests know the wait.</param>
internal sealed class Backoff(Func<double> random)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(250);

    /// <summary>A vendor that asks for more is not waited for: the next candidate is asked at once.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    /// <param name="retry">1 for the first repetition.</param>
    /// <returns>Null = do not repeat here.</returns>
    public TimeSpan? Wait(int retry, TimeSpan? retryAfter)
    {
        if (retryAfter is { } asked)
        {
            return asked <= Longest ? asked + (First * random()) : null;
        }

        var ceiling = First * Math.Pow(2, retry);
        return (ceiling < Longest ? ceiling : Longest) * random();
    }
}
