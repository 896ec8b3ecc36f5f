using System.Net.Http.Json;
using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.BotWorker.Observer;

internal sealed class ObserverClient(HttpClient http, TimeProvider time)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <exception cref="ObserverException">It is away, or did not accept the event.</exception>
    public async Task SendAsync(ObserverEvent cycle, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(Limit, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            using var response = await http.PostAsJsonAsync("event", cycle, LakehouseJson.Options, stop.Token);
            if (!response.IsSuccessStatusCode)
            {
                throw new ObserverException($"POST /event was answered with {(int)response.StatusCode}.");
            }
        }
        catch (HttpRequestException failure)
        {
            throw new ObserverException(failure.Message, failure);
        }
        catch (OperationCanceledException failure) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ObserverException($"POST /event was not answered within {Limit}.", failure);
        }
    }
}

internal sealed class ObserverException(string message, Exception? inner = null) : Exception(message, inner);
