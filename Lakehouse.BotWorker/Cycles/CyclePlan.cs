using Lakehouse.BotWorker.Cycles.Steps;

namespace Lakehouse.BotWorker.Cycles;

/// <summary>The order of a cycle: what is cheap and certain first, money in the middle, what others see last.</summary>
internal sealed class CyclePlan(
    CheckPause checkPause, CheckBudget checkBudget, CheckPolicy checkPolicy, CheckTree checkTree, PickGap pickGap, LoadHistory loadHistory,
    FindPullRequest findPullRequest, MeasureBaseline measureBaseline, Propose propose, Review review, Apply apply, Test test, Decide decide, Commit commit, Publish publish,
    EndDryRun endDryRun, ListGaps listGaps)
{
    /// <summary>Grows with each try that red tests give the model.</summary>
    public IReadOnlyList<ICycleStep> Of(CycleRecord cycle)
    {
        IReadOnlyList<ICycleStep> upToForge = [checkPause, checkBudget, checkPolicy, checkTree, pickGap, loadHistory, findPullRequest];
        IReadOnlyList<ICycleStep> upToDecision = [measureBaseline, propose, review, apply, test, .. Enumerable.Range(2, cycle.Try - 1).SelectMany(Again), decide];
        return cycle.Depth switch
        {
            CycleDepth.List => [listGaps],
            CycleDepth.Propose => [.. upToForge, propose, review, endDryRun],
            CycleDepth.Rehearse => [.. upToForge, .. upToDecision, commit, endDryRun],
            _ => [.. upToForge, .. upToDecision, commit, publish],
        };
    }

    private IEnumerable<ICycleStep> Again(int number) => new ICycleStep[] { propose, review, apply, test }.Select(step => new NextTry(step, number));

    public static IServiceCollection AddSteps(IServiceCollection services)
    {
        Type[] steps =
        [
            typeof(CheckPause), typeof(CheckBudget), typeof(CheckPolicy), typeof(CheckTree), typeof(PickGap), typeof(LoadHistory), typeof(FindPullRequest), typeof(MeasureBaseline),
            typeof(Propose), typeof(Review), typeof(Apply), typeof(Test), typeof(Decide), typeof(Commit), typeof(Publish), typeof(EndDryRun), typeof(ListGaps),
        ];
        foreach (var step in steps)
        {
            services.AddTransient(step);
        }

        return services.AddTransient<CyclePlan>();
    }
}
