namespace Lakehouse.ServiceDefaults.Telemetry;

public static partial class TelemetryNames
{
    /// <summary>Spans of a cycle: the enqueuing, the job, and one for each step.</summary>
    public static class Cycle
    {
        public const string Enqueue = "cycle.enqueue";
        public const string Job = "cycle.job";
        public const string CheckPause = "cycle.check_pause";
        public const string CheckBudget = "cycle.check_budget";
        public const string CheckPolicy = "cycle.check_policy";
        public const string CheckTree = "cycle.check_tree";
        public const string PickGap = "cycle.pick_gap";
        public const string LoadHistory = "cycle.load_history";
        public const string FindPullRequest = "cycle.find_pull_request";
        public const string Baseline = "cycle.baseline";
        public const string Propose = "cycle.propose";
        public const string Review = "cycle.review";
        public const string Apply = "cycle.apply";
        public const string Test = "cycle.test";
        public const string Decide = "cycle.decide";
        public const string Commit = "cycle.commit";
        public const string Publish = "cycle.publish";
        public const string Report = "cycle.report";
        public const string EndDryRun = "cycle.end_dry_run";
        public const string ListGaps = "cycle.list_gaps";
    }

    public const string JobId = "lakehouse.job.id";
    public const string CycleDepth = "lakehouse.cycle.depth";
    public const string DryRun = "lakehouse.cycle.dry_run";
}
