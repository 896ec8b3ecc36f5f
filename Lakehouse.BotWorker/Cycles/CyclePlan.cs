using Lakehouse.BotWorker.Cycles.Steps;

namespace Lakehouse.BotWorker.Cycles;

/// <summary>The order of a cycle: what is cheap and certain first, money in the middle, what others see last.</summary>
internal sealed class CyclePlan(
    CheckPause checkPause, CheckBudget checkBudget, CheckPolicy checkPolicy, CheckTree checkTree, PickGap pickGap, LoadHistory loadHistory,
    FindPullRequest findPullRequest, Propose propose, Review review, Apply apply, Test test, Decide decide, Commit commit, Publish publish,
    EndDryRun endDryRun, ListGaps listGaps)
{
    public IReadOnlyList<ICycleStep> Of(CycleDepth depth)
    {
        IReadOnlyList<ICycleStep> upToReview = [checkPause, checkBudget, checkPolicy, checkTree, pickGap, loadHistory, findPullRequest, propose, review];
        return depth switch
        {
            CycleDepth.List => [listGaps],
            CycleDepth.Propose => [.. upToReview, endDryRun],
            CycleDepth.Rehearse => [.. upToReview, apply, test, decide, commit, endDryRun],
            _ => [.. upToReview, apply, test, decide, commit, publish],
        };
    }

    public static IServiceCollection AddSteps(IServiceCollection services)
    {
        Type[] steps =
        [
            typeof(CheckPause), typeof(CheckBudget), typeof(CheckPolicy), typeof(CheckTree), typeof(PickGap), typeof(LoadHistory), typeof(FindPullRequest),
            typeof(Propose), typeof(Review), typeof(Apply), typeof(Test), typeof(Decide), typeof(Commit), typeof(Publish), typeof(EndDryRun), typeof(ListGaps),
        ];
        foreach (var step in steps)
        {
            services.AddTransient(step);
        }

        return services.AddTransient<CyclePlan>();
    }
}
