namespace Lakehouse.ServiceDefaults.Contracts;

/// <summary>Headers of every reply of the gateway to a model call. A number that is not limited is absent.</summary>
public static class LakehouseHeaders
{
    public const string RequestId = "x-lakehouse-request-id";
    public const string Provider = "x-lakehouse-provider";
    public const string Model = "x-lakehouse-model";
    public const string Attempts = "x-lakehouse-attempts";
    public const string CostNanoUsd = "x-lakehouse-cost-nano-usd";
    public const string BudgetScope = "x-lakehouse-budget-scope";
    public const string BudgetRemainingCalls = "x-lakehouse-budget-remaining-calls";
    public const string BudgetRemainingTokens = "x-lakehouse-budget-remaining-tokens";
    public const string BudgetRemainingNanoUsd = "x-lakehouse-budget-remaining-nano-usd";
    public const string BudgetResetsAt = "x-lakehouse-budget-resets-at";

    /// <summary>Ids of what was put into the prompt, with commas between.</summary>
    public const string Context = "x-lakehouse-context";

    /// <summary>The stored profiles that the call was made with: <c>retrieval=wide@3,execution=brief@1</c>.</summary>
    public const string Profile = "x-lakehouse-profile";

    /// <summary>Ids of the truth rules that fired, with commas between.</summary>
    public const string Truth = "x-lakehouse-truth";

    /// <summary><c>not_stored</c> where the answer could not be added to its session.</summary>
    public const string Session = "x-lakehouse-session";

    /// <summary>What of a session's history did not fit: <c>dropped_messages=2; shortened_tool_results=1; dropped_tokens=900</c>.</summary>
    public const string LeftOut = "x-lakehouse-left-out";

    /// <summary>W3C trace context level 2: <c>00-{trace id}-{span id}-{flags}</c>.</summary>
    public const string TraceResponse = "traceresponse";
}
