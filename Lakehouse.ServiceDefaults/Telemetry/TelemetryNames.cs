namespace Lakehouse.ServiceDefaults.Telemetry;

/// <summary>
/// Every span, attribute and metric name that Lakehouse emits by hand, in one place, because the GenAI conventions
/// still move (open-telemetry/semantic-conventions-genai, status: development).
/// </summary>
public static partial class TelemetryNames
{
    public const string Gateway = "Lakehouse.Gateway";
    public const string BotWorker = "Lakehouse.BotWorker";
    public const string Observer = "Lakehouse.Observer";

    public static class GenAi
    {
        public const string ProviderName = "gen_ai.provider.name";
        public const string OperationName = "gen_ai.operation.name";
        public const string RequestModel = "gen_ai.request.model";
        public const string RequestMaxTokens = "gen_ai.request.max_tokens";
        public const string RequestStream = "gen_ai.request.stream";
        public const string ResponseModel = "gen_ai.response.model";
        public const string ResponseFinishReasons = "gen_ai.response.finish_reasons";

        /// <summary>Only where a profile opts in.</summary>
        public const string InputMessages = "gen_ai.input.messages";
        public const string OutputMessages = "gen_ai.output.messages";
        public const string InputTokens = "gen_ai.usage.input_tokens";
        public const string OutputTokens = "gen_ai.usage.output_tokens";
        public const string TokenType = "gen_ai.token.type";
        public const string ClientTokenUsage = "gen_ai.client.token.usage";
        public const string ClientOperationDuration = "gen_ai.client.operation.duration";
        public const string ToolName = "gen_ai.tool.name";
        public const string ToolType = "gen_ai.tool.type";
        public const string ToolCallId = "gen_ai.tool.call.id";
        public const string EvaluationEvent = "gen_ai.evaluation.result";
        public const string EvaluationName = "gen_ai.evaluation.name";
        public const string EvaluationLabel = "gen_ai.evaluation.score.label";
        public const string EvaluationScore = "gen_ai.evaluation.score.value";
    }

    public const string ServerAddress = "server.address";
    public const string ServerPort = "server.port";
    public const string ErrorType = "error.type";

    public const string RequestId = "lakehouse.request.id";
    public const string Consumer = "lakehouse.consumer";
    public const string TaskClass = "lakehouse.task_class";
    public const string RouteRule = "lakehouse.route.rule";
    public const string Attempt = "lakehouse.route.attempt";
    public const string CostNanoUsd = "lakehouse.cost.nano_usd";
    public const string UsageEstimated = "lakehouse.usage.estimated";
    public const string BudgetDecision = "lakehouse.budget.decision";
    public const string BudgetScope = "lakehouse.budget.scope";
    public const string HoldId = "lakehouse.budget.hold_id";

    public const string TruthVerdict = "lakehouse.truth.verdict";
    public const string TruthFired = "lakehouse.truth.fired";

    public const string MemoryCandidates = "lakehouse.memory.candidates";
    public const string MemoryHits = "lakehouse.memory.hits";
    public const string MemoryDecision = "lakehouse.memory.decision";

    /// <summary>At which step playbooks became boosts of workers, or did not.</summary>
    public static class Playbooks
    {
        public const string BoostSpan = "playbook.boosts";
        public const string Boosts = "lakehouse.playbook.boosts";
        public const string Sources = "lakehouse.playbook.sources";
        public const string Parsed = "lakehouse.playbook.parsed";
        public const string Matched = "lakehouse.playbook.matched";
    }

    public const string ToolVerdict = "lakehouse.tool.verdict";
    public const string AuditId = "lakehouse.tool.audit_id";

    public const string CycleId = "lakehouse.cycle.id";
    public const string GapId = "lakehouse.gap.id";
    public const string Outcome = "lakehouse.outcome";
    public const string Reason = "lakehouse.reason";
    public const string Step = "lakehouse.step";
    public const string PullRequestUrl = "lakehouse.pull_request.url";
    public const string EventSource = "lakehouse.event.source";
    public const string EventId = "lakehouse.event.id";
    public const string EventOk = "lakehouse.event.ok";
    public const string ObserverEvents = "lakehouse.observer.events";
}
