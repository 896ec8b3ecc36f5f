using System.Collections.Concurrent;
using Aspire.Hosting.ApplicationModel;
using Lakehouse.AppHost.Engines;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting;

/// <summary>Starts every resource once what it waits for is healthy, and stops it once what waits for it has stopped.</summary>
internal sealed class Orchestrator(LocalBuilder model, ResourceNotificationService notifications) : IHostedService, IDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(15);

    private readonly CancellationTokenSource _stop = new();
    private readonly HttpClient _http = new(new SocketsHttpHandler()) { Timeout = TimeSpan.FromSeconds(5) };
    private readonly ConcurrentDictionary<Resource, EngineProcess> _processes = new();
    private readonly Dictionary<Resource, Task> _stopped = [];
    private Task[] _lives = [];

    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var (resource, endpoint) in model.Resources.SelectMany(resource => resource.Endpoints, (resource, endpoint) => (resource, endpoint)))
        {
            // as in Aspire, only a proxied endpoint is moved
            endpoint.AllocatedPort = (model.RandomPorts && endpoint.IsProxied) || endpoint.Port is null ? LoopbackPort.Free() : endpoint.Port.Value;
            if (endpoint.AllocatedPort == endpoint.Port && LoopbackPort.IsTaken(endpoint.AllocatedPort))
            {
                throw new DistributedApplicationException(
                    $"Port {endpoint.Port}, which {resource.Name} needs, is in use by another program (a second Lakehouse?). Stop that one (`ss -ltnp 'sport = :{endpoint.Port}'` shows it), "
                    + "or let everything take free ports: `dotnet run --project Lakehouse.AppHost -- --DcpPublisher:RandomizePorts=true`.");
            }
        }

        _lives = [.. model.Resources.Select(resource => LiveAsync(resource, _stop.Token))];
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_lives);
        await Task.WhenAll(model.Resources.Select(StopAsync));
    }

    public void Dispose()
    {
        _stop.Dispose();
        _http.Dispose();
    }

    private async Task LiveAsync(Resource resource, CancellationToken stop)
    {
        var log = new PrefixedLog(resource.Name, model.Configuration.GetValue<bool>("LogEverything"));
        try
        {
            var ready = await Task.WhenAll(resource.WaitsFor.Select(dependency => notifications.IsHealthyAsync(dependency, stop)));
            if (!ready.All(healthy => healthy))
            {
                notifications.Publish(resource, KnownResourceStates.FailedToStart);
                return;
            }

            await RunAsync(resource, log, stop);
        }
        catch (Exception problem) when (!stop.IsCancellationRequested)
        {
            log.Say(problem.Message);
            notifications.Publish(resource, KnownResourceStates.FailedToStart);
        }
        catch (OperationCanceledException)
        {
            // stopped before it was started
        }
    }

    private async Task RunAsync(Resource resource, PrefixedLog log, CancellationToken stop)
    {
        if (resource is ConnectionStringResource)
        {
            notifications.Publish(resource, KnownResourceStates.Running, HealthStatus.Healthy);
            return;
        }

        notifications.Publish(resource, KnownResourceStates.Starting);
        var process = _processes[resource] = EngineProcess.Start(await LocalStart.OfAsync(resource, model.Configuration, stop), log.Write);
        notifications.Publish(resource, KnownResourceStates.Running, resource.HealthCheck is null ? HealthStatus.Healthy : HealthStatus.Unhealthy);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var health = BecomeHealthyAsync(resource, ended.Token);
        var asked = await process.WaitAsync(stop);
        await ended.CancelAsync();
        await health;
        if (!asked)
        {
            log.SayUnseen();
            notifications.Publish(resource, KnownResourceStates.Exited, exitCode: process.ExitCode);
        }
    }

    private async Task BecomeHealthyAsync(Resource resource, CancellationToken stop)
    {
        while (resource.HealthCheck is { } check && !stop.IsCancellationRequested)
        {
            try
            {
                var endpoint = new EndpointReference(resource.Endpoints.Single(candidate => candidate.Name == check.Endpoint));
                using var answer = await _http.GetAsync(new Uri(endpoint.Url + check.Path), HttpCompletionOption.ResponseHeadersRead, stop);
                if (answer.IsSuccessStatusCode)
                {
                    notifications.Publish(resource, KnownResourceStates.Running, HealthStatus.Healthy);
                    return;
                }
            }
            catch (Exception notYet) when (notYet is HttpRequestException or OperationCanceledException)
            {
                // does not listen yet, or is too slow to be called healthy
            }

            await Task.Delay(Poll, TimeProvider.System, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private Task StopAsync(Resource resource) => _stopped.TryGetValue(resource, out var stopped) ? stopped : _stopped[resource] = StopInOrderAsync(resource);

    private async Task StopInOrderAsync(Resource resource)
    {
        await Task.WhenAll(model.Resources.Where(other => other.WaitsFor.Contains(resource)).Select(StopAsync));
        if (_processes.TryGetValue(resource, out var process))
        {
            await process.StopAsync(EngineProcess.Terminate, Grace);
        }
    }
}
