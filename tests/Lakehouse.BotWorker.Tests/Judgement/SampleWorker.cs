using Lakehouse.BotWorker.Cycles;
using Lakehouse.BotWorker.Tests.Worker;
using Lakehouse.Testing;

namespace Lakehouse.BotWorker.Tests.Judgement;

/// <summary>One worker for all tests of a sample repository; each test has a gap of its own there.</summary>
public abstract class SampleWorker(TestPostgres postgres, string sample, string? testCommand) : IAsyncLifetime
{
    internal WorkerHost Host { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Host = await WorkerHost.CreateAsync(postgres, await WorkerTarget.SampleAsync(sample));
        // null: the worker finds it out
        Host.Settings["Bot:TestCommand"] = testCommand;
        // one draft for each test
        Host.Settings["Bot:MostOpenPullRequests"] = "50";
        Host.Start();
    }

    /// <summary>A cycle on the gap whose line begins so; the model gives these answers, one a try.</summary>
    internal async Task<CycleView> RunAsync(string gap, params string[] answers)
    {
        Host.Gateway.Answers.Clear();
        Host.Gateway.Answer = "there is no other answer";
        foreach (var answer in answers)
        {
            Host.Gateway.Answers.Enqueue(answer);
        }

        return await Host.RunAsync(new { gap_id = Host.Target.Gap(gap) });
    }

    internal string Read(string file) => File.ReadAllText(Path.Combine(Host.Target.Path, file));

    internal static void Ends(CycleView view, CycleOutcome outcome) => Assert.True(view.Cycle.Outcome == outcome, $"{view.Cycle.Outcome}: {view.Cycle.Reason}\n{view.Cycle.Tests?.OutputTail}");

    public async ValueTask DisposeAsync()
    {
        await Host.AssertNothingLeftAsync();
        await Host.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}

public sealed class NodeWorker(TestPostgres postgres) : SampleWorker(postgres, "node", null);

public sealed class MakeWorker(TestPostgres postgres) : SampleWorker(postgres, "make", null);

public sealed class DotnetWorker(TestPostgres postgres) : SampleWorker(postgres, "dotnet", "dotnet run --project tests/Shifts.Tests");
