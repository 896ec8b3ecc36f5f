using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Keys;

namespace Lakehouse.Gateway.Sessions;

/// <summary><c>/v1/sessions</c>: conversations that the gateway keeps, each for the consumer that made it.</summary>
internal static class SessionsApi
{
    public static void MapSessions(this IEndpointRouteBuilder routes)
    {
        var sessions = routes.MapGroup("/v1/sessions").AnswersOpenAiErrors().WithTags("sessions");
        sessions.MapPost("", CreateAsync).WithName("session_create").WithSummary("Make a session, with a title, metadata and a budget of its own");
        sessions.MapGet("", ListAsync).WithName("sessions").WithSummary("The caller's sessions, newest first");
        sessions.MapGet("/{id}", ReadAsync).WithName("session").WithSummary("A session and a page of its messages");
        sessions.MapPost("/{id}/messages", AppendAsync).WithName("session_append").WithSummary("Add messages at the end of a session");
        sessions.MapPatch("/{id}", RenameAsync).WithName("session_rename").WithSummary("Give a session another title");
        sessions.MapDelete("/{id}", DeleteAsync).WithName("session_delete").WithSummary("Delete a session and its messages");
    }

    private static async Task<IResult> CreateAsync(HttpContext context, ConsumerKeys keys, SessionStore sessions, CancellationToken cancellationToken)
    {
        var consumer = (await keys.AdmitAsync(context)).Consumer;
        var session = await sessions.CreateAsync(consumer, SessionBodies.Create(await RequestBody.ReadAsync(context)), cancellationToken);
        return TypedResults.Created($"/v1/sessions/{session.Id}", session);
    }

    private static async Task<IResult> ListAsync(HttpContext context, ConsumerKeys keys, SessionStore sessions, CancellationToken cancellationToken)
    {
        var consumer = (await keys.AdmitAsync(context)).Consumer;
        return TypedResults.Ok(await sessions.ListAsync(consumer, PageQuery.OfIds(context.Request.Query, "ses_"), cancellationToken));
    }

    private static async Task<IResult> ReadAsync(string id, HttpContext context, ConsumerKeys keys, SessionStore sessions, SessionMessages messages, CancellationToken cancellationToken)
    {
        var consumer = (await keys.AdmitAsync(context)).Consumer;
        var (after, limit) = PageQuery.OfNumbers(context.Request.Query);
        var session = await sessions.GetAsync(id, consumer, cancellationToken);
        var (page, hasMore) = await messages.ReadAsync(id, after, limit, cancellationToken);
        return TypedResults.Ok(new SessionView(session, page, hasMore, hasMore ? page[^1].Seq : null));
    }

    private static async Task<IResult> AppendAsync(string id, HttpContext context, ConsumerKeys keys, SessionMessages messages, CancellationToken cancellationToken)
    {
        var consumer = (await keys.AdmitAsync(context)).Consumer;
        var appended = SessionBodies.Append(await RequestBody.ReadAsync(context));
        var (first, last) = await messages.AppendAsync(id, consumer, appended, cancellationToken);
        return TypedResults.Ok(new Appended(id, first, last));
    }

    private static async Task<IResult> RenameAsync(string id, HttpContext context, ConsumerKeys keys, SessionStore sessions, CancellationToken cancellationToken)
    {
        var consumer = (await keys.AdmitAsync(context)).Consumer;
        return TypedResults.Ok(await sessions.RenameAsync(id, consumer, SessionBodies.Rename(await RequestBody.ReadAsync(context)), cancellationToken));
    }

    private static async Task<IResult> DeleteAsync(string id, HttpContext context, ConsumerKeys keys, SessionStore sessions, CancellationToken cancellationToken)
    {
        var consumer = (await keys.AdmitAsync(context)).Consumer;
        await sessions.DeleteAsync(id, consumer, cancellationToken);
        return TypedResults.Ok(new DeletedSession(id, "session", true));
    }
}

/// <param name="NextAfter">What to send as <c>after</c> for the next messages; null = these were the last.</param>
internal sealed record SessionView(Session Session, IReadOnlyList<SessionMessage> Messages, bool HasMore, long? NextAfter);

internal sealed record Appended(string SessionId, long FirstSeq, long LastSeq);

/// <summary>As OpenAI says it.</summary>
internal sealed record DeletedSession(string Id, string Object, bool Deleted);
