using System.Runtime.CompilerServices;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.ApplicationModel;

public static class KnownResourceStates
{
    public static readonly string Starting = nameof(Starting);
    public static readonly string Running = nameof(Running);
    public static readonly string Exited = nameof(Exited);
    public static readonly string FailedToStart = nameof(FailedToStart);
    public static readonly IReadOnlyList<string> TerminalStates = [Exited, FailedToStart];
}

public sealed record ResourceStateSnapshot(string Text, string? Style);

public sealed record CustomResourceSnapshot
{
    public ResourceStateSnapshot? State { get; init; }
    public HealthStatus? HealthStatus { get; internal init; }
    public int? ExitCode { get; init; }
}

public class ResourceEvent(IResource resource, string resourceId, CustomResourceSnapshot snapshot)
{
    public IResource Resource => resource;
    public string ResourceId => resourceId;
    public CustomResourceSnapshot Snapshot => snapshot;
}

public class ResourceNotificationService
{
    private readonly Lock _gate = new();
    private readonly List<ResourceEvent> _events = [];
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal ResourceNotificationService()
    {
    }

    public async IAsyncEnumerable<ResourceEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (var seen = 0; ;)
        {
            ResourceEvent[] fresh;
            Task more;
            lock (_gate)
            {
                fresh = [.. _events.Skip(seen)];
                more = _more.Task;
            }

            foreach (var next in fresh)
            {
                yield return next;
            }

            seen += fresh.Length;
            await more.WaitAsync(cancellationToken);
        }
    }

    internal void Publish(IResource resource, string state, HealthStatus? health = null, int? exitCode = null)
    {
        lock (_gate)
        {
            _events.Add(new ResourceEvent(resource, resource.Name, new CustomResourceSnapshot { State = new(state, Style: null), HealthStatus = health, ExitCode = exitCode }));
            _more.SetResult();
            _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <returns>True when the resource is healthy, false when it ended before.</returns>
    internal async Task<bool> IsHealthyAsync(IResource resource, CancellationToken cancellationToken) => await WatchAsync(cancellationToken)
        .Where(next => next.Resource == resource && (next.Snapshot.HealthStatus == HealthStatus.Healthy || KnownResourceStates.TerminalStates.Contains(next.Snapshot.State!.Text)))
        .Select(next => next.Snapshot.HealthStatus == HealthStatus.Healthy)
        .FirstAsync(cancellationToken);
}
