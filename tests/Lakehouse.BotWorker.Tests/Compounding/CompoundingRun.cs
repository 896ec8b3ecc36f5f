using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Lakehouse.BotWorker.Cycles;
using Lakehouse.BotWorker.Tests.Worker;
using Lakehouse.Testing;

namespace Lakehouse.BotWorker.Tests.Compounding;

/// <summary>What became of one gap.</summary>
/// <param name="Second">Null where the first cycle landed it.</param>
/// <param name="Prompts">What the model was asked, a text for each cycle.</param>
internal sealed record CompoundingResult(CompoundingGap Gap, CycleRecord First, CycleRecord? Second, IReadOnlyList<string> Prompts)
{
    public bool LandedFirst => Gap.HasLanded(First);

    public bool LandedSecond => Second is not null && Gap.HasLanded(Second);
}

/// <summary>A cycle on every gap, what a reviewer says of the drafts, and a second cycle on each gap that has not landed.</summary>
internal static class CompoundingRun
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <param name="history"><c>Bot:History</c>.</param>
    public static async Task<IReadOnlyList<CompoundingResult>> RunAsync(TestPostgres postgres, int history)
    {
        await using var worker = await WorkerHost.CreateAsync(postgres, await TargetAsync());
        worker.Settings["Bot:History"] = $"{history}";
        worker.Settings["Bot:MaxFeedback"] = "0";
        worker.Settings["Bot:GapPause:First"] = "00:00:00";
        worker.Settings["Bot:MostOpenPullRequests"] = "100";
        worker.Gateway.Model = Answer;
        worker.Start();

        var first = await CyclesAsync(worker, CompoundingGaps.All);
        foreach (var gap in CompoundingGaps.All.Where(gap => gap.Objection is not null && first[gap].Outcome == CycleOutcome.Ok))
        {
            await ObjectAsync(worker, first[gap].PrNumber!.Value, gap.Objection!);
        }

        var second = await CyclesAsync(worker, [.. CompoundingGaps.All.Where(gap => !gap.HasLanded(first[gap]))]);
        var prompts = worker.Gateway.Calls.Select(call => StubGateway.UserText(call.Body)).ToLookup(GapOf);
        await worker.AssertNothingLeftAsync();
        return [.. CompoundingGaps.All.Select(gap => new CompoundingResult(gap, first[gap], second.GetValueOrDefault(gap), [.. prompts[gap]]))];
    }

    private static async Task<WorkerTarget> TargetAsync()
    {
        // far apart: no gap's context holds another's line
        var target = await WorkerTarget.CreateAsync("# Plan\n" + string.Join("\n\n\n\n\n\n", CompoundingGaps.All.Select(gap => gap.Line)) + "\n");
        await target.WriteAsync("check.sh", CompoundingGaps.Check);
        await target.WriteAsync("notes.txt", CompoundingGaps.Notes);
        await target.WriteAsync("windows.txt", CompoundingGaps.WindowsLines);
        await target.CommitAsync("Lay the gaps");
        return target;
    }

    private static async Task<Dictionary<CompoundingGap, CycleRecord>> CyclesAsync(WorkerHost worker, IReadOnlyList<CompoundingGap> gaps)
    {
        var enqueued = new List<(CompoundingGap Gap, string CycleId)>();
        foreach (var gap in gaps)
        {
            enqueued.Add((gap, await worker.EnqueueAsync(new { gap_id = gap.Id })));
        }

        var ended = new Dictionary<CompoundingGap, CycleRecord>();
        foreach (var (gap, cycleId) in enqueued)
        {
            ended[gap] = (await worker.FinishedAsync(cycleId)).Cycle;
        }

        return ended;
    }

    private static async Task ObjectAsync(WorkerHost worker, int pull, Objection objection)
    {
        await PostAsync("comments", new { body = objection.Says, author = "alice" });
        await PostAsync("comments", new { body = "/redo", author = "alice" });
        if (objection.Closes)
        {
            await PostAsync("state", new { state = "closed" });
        }

        async Task PostAsync(string path, object body)
        {
            using var reply = await worker.Http.PostAsJsonAsync($"pulls/{pull}/{path}", body, Cancelled);
            Assert.True(reply.IsSuccessStatusCode, await reply.Content.ReadAsStringAsync(Cancelled));
        }
    }

    // The scripted model: it keeps nothing between calls, and reads nothing but the line and the account of the past.
    private static string Answer(string prompt) => GapOf(prompt).Answer(Part(prompt, "history") + Part(prompt, "reviews"));

    private static CompoundingGap GapOf(string prompt) => CompoundingGaps.All.Single(gap => gap.Line == Part(prompt, "requirement"));

    private static string Part(string prompt, string name) =>
        Regex.Match(prompt, $@"<<<(data-[0-9a-f]{{12}}) {name}\n(?<text>.*?)\n\1>>>", RegexOptions.Singleline).Groups["text"].Value;
}
