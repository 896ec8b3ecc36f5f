using System.Text.Json;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Budgets;
using Lakehouse.Gateway.Context;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Knowledge.Retrieval;
using Lakehouse.Gateway.Routing;
using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.Gateway.Chat;

/// <summary>What would be done with a request, and what it may cost. Nobody is called and nothing is reserved.</summary>
internal sealed class DryRun(CallPlanner planner, BudgetGate gate, CircuitBreakers breakers)
{
    public async Task<IResult> AnswerAsync(ChatJob job, CancellationToken cancellationToken)
    {
        var chain = new JsonArray();
        foreach (var target in job.Route.Targets)
        {
            chain.Add((JsonNode)await TargetAsync(job, target, cancellationToken));
        }

        foreach (var skipped in job.Route.Skipped)
        {
            chain.Add((JsonNode)new JsonObject { ["target"] = skipped.Target, ["decision"] = "skipped", ["code"] = skipped.Why });
        }

        var limits = job.Route.Limits;
        var refusal = job.Request.Truth?.Refusal();
        return new JsonAnswer(new JsonObject
        {
            ["id"] = job.RequestId, ["object"] = "dry_run",
            ["route"] = new JsonObject { ["reason"] = job.Route.Reason, ["rule"] = job.Route.Rule },
            ["limits"] = new JsonObject { ["max_attempts"] = limits.MaxAttempts, ["retries_per_candidate"] = limits.RetriesPerCandidate, ["max_cost_nano_usd"] = limits.MaxCostNanoUsd },
            ["prompt_tokens"] = new JsonObject { ["estimate"] = job.InputGuess, ["bound"] = job.InputBound },
            ["profiles"] = job.Request.Profiles.ToJson(),
            ["truth"] = job.Request.Truth?.ToJson(),
            ["context"] = job.Context is null ? null : JsonSerializer.SerializeToNode(Shown(job.Context), LakehouseJson.Options),
            ["refused"] = refusal is null ? null : new JsonObject { ["status"] = refusal.Status, ["code"] = refusal.Code, ["message"] = refusal.Message },
            ["chain"] = chain,
        });
    }

    // whoever reads a memory is noted, so that it does not come back as news; a dry run notes nothing, and so shows none
    private static BuiltContext Shown(BuiltContext context) => context with { Items = [.. context.Items.Select(item => MemoryContext.IsMemory(item) ? item with { Text = null } : item)] };

    private async Task<JsonObject> TargetAsync(ChatJob job, RouteTarget target, CancellationToken cancellationToken)
    {
        ChatCall call;
        try
        {
            call = planner.Plan(job, target, 1);
        }
        catch (ApiError problem)
        {
            return new() { ["target"] = target.Name, ["decision"] = "refused", ["code"] = problem.Code, ["message"] = problem.Message };
        }

        var (day, scopes, state) = await gate.PeekAsync(job.Caller.Consumer, target.Provider.Name, job.Request.SessionId, cancellationToken);
        var denial = Denial(scopes, state, call.Ask);
        var cap = job.Route.Limits.MaxCostNanoUsd;
        var answer = new JsonObject
        {
            ["target"] = target.Name, ["provider"] = target.Provider.Name, ["model"] = target.Model, ["paid"] = target.Provider.Paid,
            ["max_tokens"] = call.Call.MaxTokens,
            ["estimate"] = new JsonObject { ["tokens_at_most"] = call.Ask.Tokens, ["cost_nano_usd_at_most"] = call.Price is null ? null : call.Ask.NanoUsd, ["price_known"] = call.Price is not null },
            ["decision"] = target.Provider is { KeyVariable: not null, ApiKey: null } ? "provider_not_configured" : denial is not null ? "budget_exceeded" : call.Ask.NanoUsd > cap ? Reservation.RequestCap : breakers.Peek(target) is not null ? "circuit_open" : "granted",
            ["budget"] = new JsonArray([.. scopes.Select((scope, index) => (JsonNode)Scope(scope, state.Scopes[index].Used, state.Scopes[index].Held))]),
            ["resets_at"] = UtcMillisecondsConverter.ToText(BudgetDay.End(day)),
        };
        if (denial is not null)
        {
            answer["denied_by"] = denial;
        }

        return answer;
    }

    private static string? Denial(IReadOnlyList<BudgetScope> scopes, BudgetState state, BudgetAsk ask) => scopes
        .Select((scope, index) => (scope, Left: Tightest.Remaining(scope.Caps, state.Scopes[index].Used, state.Scopes[index].Held)))
        .Where(one => ask.Calls > one.Left.Calls || ask.Tokens > one.Left.Tokens || ask.NanoUsd > one.Left.NanoUsd)
        .Select(one => one.scope.Label).FirstOrDefault();

    private static JsonObject Scope(BudgetScope scope, BudgetAmounts used, BudgetAmounts held)
    {
        var left = Tightest.Remaining(scope.Caps, used, held);
        return new() { ["scope"] = scope.Label, ["remaining_calls"] = left.Calls, ["remaining_tokens"] = left.Tokens, ["remaining_nano_usd"] = left.NanoUsd };
    }
}
