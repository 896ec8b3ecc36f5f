namespace Lakehouse.Testing;

/// <summary>Waits for a condition of another process, which no clock of ours can move.</summary>
public static class Eventually
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(150);

    /// <returns>The first value that meets the condition; fails after two and a half minutes with the last one seen.</returns>
    public static async Task<T> GetAsync<T>(Func<Task<T>> read, Func<T, bool> until, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        while (true)
        {
            var value = await read();
            if (until(value))
            {
                return value;
            }

            try
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, limit.Token);
            }
            catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
            {
                throw new TimeoutException($"Still not so after {Limit}: {value}", late);
            }
        }
    }

    public static Task TrueAsync(Func<Task<bool>> condition, CancellationToken cancellationToken) => GetAsync(condition, met => met, cancellationToken);
}
