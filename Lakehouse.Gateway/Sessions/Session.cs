using System.Text.Json.Nodes;
using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.Gateway.Sessions;

/// <summary>A session as <c>/v1/sessions</c> answers it.</summary>
/// <param name="Budget">Caps of one UTC day, besides those of the consumer.</param>
internal sealed record Session(
    string Id, string Object, string? Title, JsonNode Metadata, BudgetLimits Budget, long MessageCount, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);

/// <summary>What a session is made of.</summary>
internal sealed record NewSession(string? Title, JsonObject Metadata, BudgetLimits Budget);

/// <summary>One message with its place in the session.</summary>
/// <param name="Seq">1, 2, … without gaps.</param>
/// <param name="RequestId">The chat request that stored it; null = appended by hand.</param>
internal sealed record SessionMessage(long Seq, JsonObject Message, string? RequestId, DateTimeOffset CreatedAt);

/// <summary>A session as one row of SQL.</summary>
internal sealed class SessionRow
{
    public const string Columns = """
        session_id as id, title, metadata::text as metadata, budget_calls as budgetcalls, budget_tokens as budgettokens, budget_nano_usd as budgetnanousd,
        messages, created_at as createdat, updated_at as updatedat
        """;

    public required string Id { get; init; }
    public string? Title { get; init; }
    public required string Metadata { get; init; }
    public long? BudgetCalls { get; init; }
    public long? BudgetTokens { get; init; }
    public long? BudgetNanoUsd { get; init; }
    public long Messages { get; init; }
    public DateTime CreatedAt { get; init; }
    public DateTime UpdatedAt { get; init; }

    public BudgetLimits Budget => new(BudgetCalls, BudgetTokens, BudgetNanoUsd);

    public Session ToSession() => new(Id, "session", Title, JsonNode.Parse(Metadata)!, Budget, Messages, new(CreatedAt), new(UpdatedAt));
}

/// <summary>A message as one row of SQL.</summary>
internal sealed class MessageRow
{
    public const string Columns = "seq, message::text as message, request_id as requestid, created_at as createdat";

    public long Seq { get; init; }
    public required string Message { get; init; }
    public string? RequestId { get; init; }
    public DateTime CreatedAt { get; init; }

    public SessionMessage ToMessage() => new(Seq, JsonNode.Parse(Message)!.AsObject(), RequestId, new(CreatedAt));
}
