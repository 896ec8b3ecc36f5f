using System.Runtime.InteropServices;
using Lakehouse.BotWorker.Api;
using Lakehouse.BotWorker.Cycles;
using Lakehouse.BotWorker.Git;
using Lakehouse.BotWorker.Pages;

namespace Lakehouse.BotWorker.Commands;

/// <summary>
/// <c>cycle</c>, <c>gaps</c>, <c>pause</c>, <c>resume</c>, <c>unpark</c>, <c>cancel</c>: what the Bot page does, from a shell. It asks a
/// running worker and runs nothing itself.
/// </summary>
internal sealed class BotCommand(CommandArguments arguments, WorkerClient worker, Terminal terminal, TimeProvider time)
{
    /// <summary>The worker's own arguments are settings, which begin with a dash.</summary>
    public static bool Is(string[] words) => words is [var first, ..] && (first is "--help" or "-h" || !first.StartsWith('-'));

    /// <summary>From the shell.</summary>
    public static async Task<int> RunAsync(string[] words)
    {
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        return await RunAsync(words, Environment.GetEnvironmentVariable, Terminal.Own(), TimeProvider.System, stop.Token);

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }
    }

    public static async Task<int> RunAsync(string[] words, Func<string, string?> environment, Terminal terminal, TimeProvider time, CancellationToken stop)
    {
        if (words.Any(word => word is "--help" or "-h" or "help"))
        {
            await terminal.Results.WriteLineAsync(CommandArguments.Usage);
            return ExitCode.Done;
        }

        try
        {
            var arguments = CommandArguments.Parse(words, environment);
            using var worker = new WorkerClient(arguments.Worker, arguments.Key);
            return await new BotCommand(arguments, worker, terminal, time).RunAsync(environment("PWD"), stop);
        }
        catch (FormatException wrong)
        {
            await terminal.Progress.WriteLineAsync(wrong.Message);
            return ExitCode.Usage;
        }
        catch (CommandException problem)
        {
            await terminal.TellAsync(problem.Message);
            return problem.Code;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
    }

    private async Task<int> RunAsync(string? folder, CancellationToken stop)
    {
        if (arguments.Repository is { } repository)
        {
            await EnsureServesAsync(repository, folder, stop);
        }

        return arguments.Command switch
        {
            "cycle" => await CycleAsync(stop),
            "gaps" => await GapsAsync(stop),
            "pause" => await TellAsync("api/pause", "Paused: cycles that are enqueued end as skipped_pause; one in flight goes on.", stop),
            "resume" => await TellAsync("api/resume", "Resumed: cycles start again.", stop),
            "unpark" => await TellAsync($"api/gaps/{Uri.EscapeDataString(arguments.Subject!)}/unpark", said: null, stop),
            _ => await TellAsync($"api/cycles/{Uri.EscapeDataString(arguments.Subject!)}/cancel", said: null, stop),
        };
    }

    private async Task EnsureServesAsync(string path, string? folder, CancellationToken stop)
    {
        // dotnet run starts the program in the project's folder, while a person means paths from where the shell is
        var asked = Path.GetFullPath(path, folder is not null && Path.IsPathFullyQualified(folder) ? folder : Directory.GetCurrentDirectory());
        if (!Directory.Exists(asked))
        {
            throw new CommandException(ExitCode.Usage, $"--repo is '{path}', and there is no folder {asked}.");
        }

        var served = WorkerClient.Read<BotStatus>(await worker.GetAsync("api/status", stop));
        if (RealPath.Of(asked) != served.RealPath)
        {
            throw new CommandException(ExitCode.Usage, $"--repo is {RealPath.Of(asked)}, but the worker at {arguments.Worker} serves {served.RealPath}. Start one for your repository (--Lakehouse:Target=… of the AppHost), or name it with --worker.");
        }
    }

    private async Task<int> CycleAsync(CancellationToken stop)
    {
        var answer = await worker.PostAsync("api/cycles", new { gap_id = arguments.GapId, depth = CycleStore.Text(arguments.Depth) }, stop);
        var cycle = WorkerClient.Read<EnqueuedCycle>(answer);
        var page = new Uri(arguments.Worker, DashboardPages.PathOf(cycle.CycleId));
        if (!arguments.Follow)
        {
            await (arguments.Json ? terminal.Results.WriteLineAsync(answer) : terminal.SayAsync($"Enqueued: cycle {cycle.CycleId}, {page}"));
            return ExitCode.Done;
        }

        await terminal.TellAsync($"cycle {cycle.CycleId}, {page}");
        try
        {
            var (json, view) = await new CycleFollow(worker, terminal, time).RunAsync(cycle.CycleId, stop);
            await (arguments.Json ? terminal.Results.WriteLineAsync(json) : CycleReport.WriteAsync(terminal, view));
            return ExitCode.Of(view.Cycle.Outcome!.Value);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await terminal.TellAsync($"Stopped following; cycle {cycle.CycleId} goes on. It is cancelled by: cancel {cycle.CycleId}");
            return ExitCode.Interrupted;
        }
        catch (CommandException away) when (away.Code == ExitCode.NotReachable)
        {
            throw new CommandException(away.Code, $"{away.Message} Cycle {cycle.CycleId} goes on when the worker is back.");
        }
    }

    private async Task<int> GapsAsync(CancellationToken stop)
    {
        var answer = await worker.GetAsync("api/gaps", stop);
        if (arguments.Json)
        {
            await terminal.Results.WriteLineAsync(answer);
            return ExitCode.Done;
        }

        var gaps = WorkerClient.Read<IReadOnlyList<GapView>>(answer);
        foreach (var gap in gaps)
        {
            await terminal.SayAsync($"{gap.GapId}  {CycleStore.Text(gap.State),-12}  {Counted.Of(gap.Attempts, "attempt"),12}  {PullRequestText.Usd(gap.CostNanoUsd),14}  {gap.Line}");
            if (gap.Why is { } why)
            {
                await terminal.SayAsync($"              {why}");
            }
        }

        if (gaps.Count == 0)
        {
            await terminal.TellAsync($"There is no gap: no line of {GapReader.PrdPath} is tagged [bot-eligible].");
        }

        return ExitCode.Done;
    }

    /// <param name="said">Null where the answer brings its own message.</param>
    private async Task<int> TellAsync(string path, string? said, CancellationToken stop)
    {
        var answer = await worker.PostAsync(path, body: null, stop);
        await (arguments.Json ? terminal.Results.WriteLineAsync(answer) : terminal.SayAsync(said ?? WorkerClient.Read<Said>(answer).Message));
        return ExitCode.Done;
    }

    private sealed record Said(string Message);
}
