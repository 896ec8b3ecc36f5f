using System.Diagnostics;
using System.Globalization;
using Lakehouse.Gateway.Budgets;
using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.Gateway.Chat;

/// <summary>What every reply to a model call says about itself.</summary>
internal static class ReplyHeaders
{
    public static void Write(HttpResponse response, ChatCall call)
    {
        var headers = response.Headers;
        headers[LakehouseHeaders.RequestId] = call.RequestId;
        headers[LakehouseHeaders.Provider] = call.Call.Provider.Name;
        headers[LakehouseHeaders.Model] = call.Call.Model;
        headers[LakehouseHeaders.Attempts] = "1";
        if (Activity.Current is { } activity)
        {
            headers[LakehouseHeaders.TraceResponse] = $"00-{activity.TraceId}-{activity.SpanId}-{(activity.Recorded ? "01" : "00")}";
        }
    }

    public static void WriteBudget(HttpResponse response, Hold hold, BudgetState state)
    {
        if (Tightest.Of(hold.Scopes, state) is not { } tightest)
        {
            return;
        }

        var headers = response.Headers;
        headers[LakehouseHeaders.BudgetScope] = tightest.Scope.Label;
        Set(LakehouseHeaders.BudgetRemainingCalls, tightest.Remaining.Calls);
        Set(LakehouseHeaders.BudgetRemainingTokens, tightest.Remaining.Tokens);
        headers[LakehouseHeaders.BudgetResetsAt] = UtcMillisecondsConverter.ToText(hold.ResetsAt);

        void Set(string name, long? number)
        {
            if (number is { } value)
            {
                headers[name] = value.ToString(CultureInfo.InvariantCulture);
            }
        }
    }

    public static void WriteCost(HttpResponse response, long costNanoUsd) =>
        response.Headers[LakehouseHeaders.CostNanoUsd] = costNanoUsd.ToString(CultureInfo.InvariantCulture);
}
