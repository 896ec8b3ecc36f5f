using System.Globalization;
using Lakehouse.Gateway.Budgets;
using Lakehouse.Gateway.Sessions;
using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.Gateway.Chat;

/// <summary>What every reply to a model call says about itself. Once a stream has begun nothing can be added: its cost stands in the usage chunk.</summary>
internal static class ReplyHeaders
{
    public static void WriteAttempt(HttpResponse response, ChatCall call, int attempts)
    {
        if (response.HasStarted)
        {
            return;
        }

        var headers = response.Headers;
        headers[LakehouseHeaders.Provider] = call.Call.Provider.Name;
        headers[LakehouseHeaders.Model] = call.Call.Model;
        headers[LakehouseHeaders.Attempts] = Text(attempts);
        if (call.Request.Profiles.Used.Count > 0)
        {
            headers[LakehouseHeaders.Profile] = call.Request.Profiles.Label;
        }

        if (call.Job.Context is { Items.Count: > 0 } context)
        {
            headers[LakehouseHeaders.Context] = string.Join(',', context.Items.Select(item => item.Id));
        }
    }

    public static void WriteLeftOut(HttpResponse response, LeftOut leftOut)
    {
        if (leftOut != LeftOut.Nothing)
        {
            response.Headers[LakehouseHeaders.LeftOut] = $"dropped_messages={Text(leftOut.DroppedMessages)}; shortened_tool_results={Text(leftOut.ShortenedToolResults)}; dropped_tokens={Text(leftOut.DroppedTokens)}";
        }
    }

    public static void WriteBudget(HttpResponse response, Hold hold, BudgetState state)
    {
        if (Tightest.Of(hold.Scopes, state) is { } tightest)
        {
            WriteBudget(response, tightest.Scope, tightest.Remaining, hold.ResetsAt);
        }
    }

    /// <summary>Of a refusal: what the cap that refused has left.</summary>
    public static void WriteBudget(HttpResponse response, BudgetDenial denial) => WriteBudget(response, denial.Scope, denial.Remaining, denial.ResetsAt);

    private static void WriteBudget(HttpResponse response, BudgetScope scope, BudgetLimits remaining, DateTimeOffset resetsAt)
    {
        if (response.HasStarted)
        {
            return;
        }

        var headers = response.Headers;
        headers[LakehouseHeaders.BudgetScope] = scope.Label;
        // an earlier attempt may have written those of another scope
        headers[LakehouseHeaders.BudgetRemainingCalls] = Optional(remaining.Calls);
        headers[LakehouseHeaders.BudgetRemainingTokens] = Optional(remaining.Tokens);
        headers[LakehouseHeaders.BudgetRemainingNanoUsd] = Optional(remaining.NanoUsd);
        headers[LakehouseHeaders.BudgetResetsAt] = UtcMillisecondsConverter.ToText(resetsAt);
    }

    /// <summary>All attempts of the request together.</summary>
    public static void WriteCost(HttpResponse response, long costNanoUsd)
    {
        if (!response.HasStarted)
        {
            response.Headers[LakehouseHeaders.CostNanoUsd] = Text(costNanoUsd);
        }
    }

    // no value takes a header away
    private static string? Optional(long? number) => number is { } value ? Text(value) : null;

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
