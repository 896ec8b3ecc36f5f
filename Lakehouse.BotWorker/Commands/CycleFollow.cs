using Lakehouse.BotWorker.Cycles;

namespace Lakehouse.BotWorker.Commands;

/// <summary>Watches a cycle to its end and tells each step and line of its log once.</summary>
internal sealed class CycleFollow(WorkerClient worker, Terminal terminal, TimeProvider time)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly HashSet<string> _told = [];
    private int _lines;

    /// <returns>The cycle's end, as it came and as it is read.</returns>
    public async Task<(string Json, CycleView View)> RunAsync(string cycleId, CancellationToken cancellationToken)
    {
        var heard = time.GetTimestamp();
        while (true)
        {
            try
            {
                var json = await worker.GetAsync($"api/cycles/{cycleId}", cancellationToken);
                var view = WorkerClient.Read<CycleView>(json);
                heard = time.GetTimestamp();
                await TellAsync(view);
                if (view.Cycle.FinishedAt is not null)
                {
                    return (json, view);
                }
            }
            catch (CommandException away) when (away.Code == ExitCode.NotReachable && time.GetElapsedTime(heard) < Patience)
            {
                // a worker that is started again goes on with the cycle
                await OnceAsync("away", "the worker does not answer; waiting for it");
            }

            await Task.Delay(Poll, time, cancellationToken);
        }
    }

    private async Task TellAsync(CycleView view)
    {
        if (view.Cycle.StartedAt is null)
        {
            await OnceAsync("waiting", "waits for its turn");
        }

        // the steps and the log in the order of their times
        var news = view.Log.Skip(_lines).Select(line => (line.At, Text: $"    {line.Line}"))
            .Concat(view.Steps.Where(step => _told.Add($"{step.Name} begins")).Select(step => (At: step.StartedAt, Text: step.Name)))
            .Concat(view.Steps.Where(step => step.FinishedAt is not null && _told.Add($"{step.Name} ends")).Select(step => (At: step.FinishedAt!.Value, Text: $"    {step.DurationMs} ms{(step.Detail is null ? "" : $": {step.Detail}")}")))
            .OrderBy(item => item.At).ToList();
        _lines = Math.Max(_lines, view.Log.Count);
        foreach (var (_, text) in news)
        {
            await terminal.TellAsync(text);
        }
    }

    private async Task OnceAsync(string key, string line)
    {
        if (_told.Add(key))
        {
            await terminal.TellAsync(line);
        }
    }
}
