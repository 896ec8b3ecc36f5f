using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Sessions;
using Lakehouse.ServiceDefaults.Contracts;
using Npgsql;

namespace Lakehouse.Gateway.Chat;

/// <summary>Keeps both turns of a chat in its session.</summary>
internal sealed partial class TurnStore(SessionHistory history, ILogger<TurnStore> logger)
{
    /// <summary>The answer is paid for: when it cannot be stored, the caller gets it all the same, and is told.</summary>
    public async Task StoreAsync(HttpContext context, ChatTurn turn, JsonObject answer)
    {
        if (turn.Job.Request.SessionId is not { } session)
        {
            return;
        }

        try
        {
            // the caller may have left meanwhile: the turn took place
            await history.StoreAsync(session, turn.Job.Caller.Consumer, turn.Job.RequestId, [.. turn.NewMessages, .. turn.Tools?.Between ?? []], answer, CancellationToken.None);
        }
        catch (Exception problem) when (problem is ApiError or NpgsqlException or TimeoutException)
        {
            LogNotStored(problem, session, turn.Job.RequestId);
            if (!context.Response.HasStarted)
            {
                context.Response.Headers[LakehouseHeaders.Session] = "not_stored";
            }
        }
    }

    [LoggerMessage(LogLevel.Error, "The turn of request {RequestId} could not be stored in session {Session}.")]
    private partial void LogNotStored(Exception problem, string session, string requestId);
}
