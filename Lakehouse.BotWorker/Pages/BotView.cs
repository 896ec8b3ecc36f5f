using Lakehouse.BotWorker.Api;
using Lakehouse.BotWorker.Cycles;
using Lakehouse.BotWorker.Cycles.Steps;
using Lakehouse.BotWorker.Gateway;
using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.BotWorker.Pages;

/// <summary>What the page "Bot" shows.</summary>
internal sealed record BotView(
    string Repository, IReadOnlyList<GapView> Gaps, string? ForgeProblem, IReadOnlyList<CycleSummary> Cycles, DateTimeOffset? PausedSince, bool HasPauseFile, BudgetView? Budget, string? GatewayProblem, DateTimeOffset Now)
{
    private const int Latest = 10;

    public static async Task<BotView> ReadAsync(
        GapOverview overview, CycleQueries queries, CycleFolders folders, PauseSwitch pause, GatewayClient gateway, TimeProvider time, CancellationToken cancellationToken)
    {
        var repository = folders.Target.Path;
        BudgetView? budget = null;
        string? problem = null;
        try
        {
            budget = await gateway.GetBudgetAsync(cancellationToken);
        }
        catch (GatewayException failure)
        {
            problem = failure.Message;
        }

        var (gaps, forgeProblem) = await overview.ReadAsync(cancellationToken);
        return new BotView(
            repository,
            gaps,
            forgeProblem,
            await queries.ListAsync(repository, Latest, cancellationToken),
            await pause.PausedSinceAsync(repository, cancellationToken),
            File.Exists(Path.Combine(repository, CheckPause.FileName)),
            budget,
            problem,
            time.GetUtcNow());
    }
}
