using System.Net.Http.Json;
using System.Text.Json;
using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.Gateway.Home;

/// <summary>The bot's last cycles, as the worker's API tells them: its tables are none of the gateway's.</summary>
internal sealed class HomeCycles(IHttpClientFactory clients, HomeLinks links, TimeProvider time)
{
    public const int Latest = 5;
    private const long MostBytes = 1 << 20;

    // a page does not wait for a worker that hangs
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <returns>Newest first; null = the worker does not answer, or not us.</returns>
    public async Task<IReadOnlyList<RecentCycle>?> ReadAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var http = clients.CreateClient(nameof(HomeCycles));
            http.MaxResponseContentBufferSize = MostBytes;
            return await http.GetFromJsonAsync<IReadOnlyList<RecentCycle>>(new Uri(links.Worker, $"/api/cycles?limit={Latest}"), LakehouseJson.Options, both.Token);
        }
        catch (Exception problem) when (problem is HttpRequestException or JsonException or NotSupportedException || limit.IsCancellationRequested)
        {
            return null;
        }
    }
}

/// <param name="Outcome">Null = it waits or runs.</param>
/// <param name="PrUrl">Of the draft pull request that it opened.</param>
internal sealed record RecentCycle(string? CycleId, bool DryRun, string? TraceId, string? GapLine, DateTimeOffset EnqueuedAt, DateTimeOffset? StartedAt, string? Outcome, string? PrUrl);
