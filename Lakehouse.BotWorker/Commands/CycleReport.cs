using Lakehouse.BotWorker.Cycles;

namespace Lakehouse.BotWorker.Commands;

/// <summary>A cycle's result for a person at a terminal: the patch, then how it ended.</summary>
internal static class CycleReport
{
    public static async Task WriteAsync(Terminal terminal, CycleView view)
    {
        var cycle = view.Cycle;
        if (cycle.Patch is { } patch)
        {
            await terminal.DiffAsync(patch);
            await terminal.SayAsync("");
        }

        if (cycle.Depth == CycleDepth.List)
        {
            foreach (var line in view.Log)
            {
                await terminal.SayAsync(line.Line);
            }
        }

        await terminal.SayAsync($"{cycle.Outcome!.Value.ToText()}{(cycle.DryRun ? " (dry run)" : "")}: {cycle.Reason}");
        if (cycle.Gap is { } gap)
        {
            await terminal.SayAsync($"gap    {gap.Id} {gap.Line}");
        }

        if (cycle.ModelCall is { } call)
        {
            await terminal.SayAsync($"model  {call.Model} by {call.Provider}, {Counted.Of(cycle.Spent.Calls, "call")}, {cycle.Spent.PromptTokens} + {cycle.Spent.CompletionTokens} tokens, {PullRequestText.Usd(cycle.Spent.CostNanoUsd)}");
        }

        await terminal.SayAsync($"cycle  {cycle.CycleId}, trace {cycle.TraceId}");
    }
}
