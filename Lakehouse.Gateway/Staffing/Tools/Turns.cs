namespace Lakehouse.Gateway.Staffing.Tools;

/// <summary>As many at once as there are places; the others wait, and begin in the order in which they came.</summary>
internal sealed class Turns(int places) : IDisposable
{
    // gives a place that becomes free to whoever waits longest: nobody who comes then is before him
    private readonly SemaphoreSlim _places = new(places, places);

    public async Task<T> RunAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken);
        try
        {
            return await work();
        }
        finally
        {
            _places.Release();
        }
    }

    public void Dispose() => _places.Dispose();
}
