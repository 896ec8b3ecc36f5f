using System.Globalization;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Budgets;
using Lakehouse.Gateway.Keys;
using Lakehouse.Gateway.Usage;
using Lakehouse.ServiceDefaults.Contracts;
using Npgsql;

namespace Lakehouse.Gateway.Errors;

/// <summary>Every way a request under <c>/v1</c> can fail, as OpenAI's error object.</summary>
internal static class ErrorWriter
{
    /// <summary>A wait that a client may sit out.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    /// <returns>The refusal that a failure stands for, or null when it is a fault of ours.</returns>
    public static ApiError? ToApiError(Exception problem, TimeProvider time) => problem switch
    {
        ApiError error => error,
        BudgetDeniedException denied => new(429, "budget_exceeded", denied.Message, retryAfter: denied.Denial.ResetsAt - time.GetUtcNow()),
        RateLimitedException limited => new(429, "rate_limited", limited.Message, retryAfter: limited.Denial.RetryAfter),
        BudgetUnavailableException away => new(503, "budget_unavailable", $"{away.Message} Nothing was sent, because nobody may spend uncounted. Start Redis, then repeat the call."),
        LedgerUnavailableException away => new(503, "ledger_unavailable", $"{away.Message} Nothing may be spent that nobody records. Start Postgres, then repeat the call."),
        KeysUnavailableException away => new(503, "keys_unavailable", $"{away.Message} Start Postgres, then repeat the call."),
        // a gateway that started without Postgres brings the schema up to date when it comes
        PostgresException { SqlState: PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName or PostgresErrorCodes.UndefinedColumn } =>
            new(503, "database_unavailable", "Postgres is here, but its schema is not up to date yet. Repeat the call in a moment."),
        NpgsqlException and not PostgresException => new(503, "database_unavailable", "Postgres does not answer. Start it, then repeat the call."),
        BadHttpRequestException { StatusCode: 413 } => new(413, "request_too_large", $"The request is larger than {RequestBody.Limit >> 20} MiB, which is the most that is accepted."),
        BadHttpRequestException bad => new(bad.StatusCode, "invalid_request", bad.Message),
        _ => null,
    };

    /// <summary>OpenAI's error object.</summary>
    public static JsonObject Body(ApiError error) => new()
    {
        ["error"] = new JsonObject { ["message"] = error.Message, ["type"] = error.Type, ["param"] = error.Param, ["code"] = error.Code },
    };

    public static Task WriteAsync(HttpContext context, ApiError error, JsonObject body)
    {
        context.Response.StatusCode = error.Status;
        if (error.RetryAfter is { } wait)
        {
            context.Response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
            if (wait > LongestWait)
            {
                // OpenAI's and Anthropic's clients obey it; some of them would else sleep as long as they are told, until midnight
                context.Response.Headers["x-should-retry"] = "false";
            }
        }

        return context.Response.WriteAsJsonAsync(body, LakehouseJson.Options, context.RequestAborted);
    }
}
