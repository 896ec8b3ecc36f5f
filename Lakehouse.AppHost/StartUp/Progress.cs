using System.Collections.Concurrent;
using System.Diagnostics;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Lakehouse.AppHost.Engines;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Lakehouse.AppHost.StartUp;

/// <summary>A line for each resource that starts, becomes healthy or ends.</summary>
internal sealed class Progress(ResourceNotificationService notifications, IReadOnlyCollection<string> services)
{
    private const string Dashboard = "aspire-dashboard";

    private readonly TaskCompletionSource _allHealthy = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentDictionary<string, string> _said = new(StringComparer.Ordinal);

    /// <summary>Since this process began: what a person waits for.</summary>
    public static TimeSpan Elapsed
    {
        get
        {
            using var self = Process.GetCurrentProcess();
            return TimeProvider.System.GetUtcNow().UtcDateTime - self.StartTime.ToUniversalTime();
        }
    }

    /// <summary>Nothing waits for the dashboard, which may have to be fetched first.</summary>
    public bool DashboardComes => _said.GetValueOrDefault(Dashboard) == "starting";

    /// <summary>Done when every service is healthy; fails when something ended before that.</summary>
    public Task AllHealthy => _allHealthy.Task;

    public async Task WatchAsync(CancellationToken stop)
    {
        try
        {
            await foreach (var next in notifications.WatchAsync(stop))
            {
                if (next.Resource is not IResourceWithConnectionString && State(next.Snapshot) is { } state && _said.GetValueOrDefault(next.Resource.Name) != state)
                {
                    OnState(next.Resource.Name, state, next.Snapshot.ExitCode);
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
    }

    private static string? State(CustomResourceSnapshot snapshot) => snapshot switch
    {
        { State.Text: var text } when text == KnownResourceStates.Starting => "starting",
        { State.Text: var text } when KnownResourceStates.TerminalStates.Contains(text) => "ended",
        { HealthStatus: HealthStatus.Healthy, State.Text: var text } when text == KnownResourceStates.Running => "healthy",
        _ => null,
    };

    private void OnState(string resource, string state, int? exitCode)
    {
        _said[resource] = state;
        var code = exitCode is null ? "" : $" (exit code {exitCode})";
        Console.WriteLine($"{resource,-16}   {state}{code}, {Elapsed.TotalSeconds:0.0} s");
        if (state == "ended" && AllHealthy.IsCompletedSuccessfully)
        {
            Console.WriteLine($"{resource,-16}   is gone while the others go on. Stop with Ctrl-C and start again; its last lines are above.");
        }
        else if (state == "ended" && resource != Dashboard)
        {
            _allHealthy.TrySetException(new EngineException($"{resource} ended before it was healthy{code}; its last lines are above. Everything was stopped again."));
        }
        else if (services.All(service => _said.GetValueOrDefault(service) == "healthy"))
        {
            _allHealthy.TrySetResult();
        }
    }
}
