using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Keys;
using Lakehouse.Gateway.Sessions;

namespace Lakehouse.Gateway.Knowledge.Memory;

/// <summary><c>/v1/memory</c>: what is known, who said so since when, and what it replaced.</summary>
internal static class MemoryApi
{
    public static void MapMemory(this IEndpointRouteBuilder routes)
    {
        var memory = routes.MapGroup("/v1/memory").AnswersOpenAiErrors();
        memory.MapPost("", ProposeAsync).WithName("memory_propose").WithSummary("Propose something to remember; the server decides ADD, UPDATE or NOOP and says why");
        memory.MapGet("", ListAsync).WithName("memory").WithSummary("What is known, newest first: now, or as of a moment");
        memory.MapGet("/audit", AuditAsync).WithName("memory_audit").WithSummary("Duplicates, contradictions, what is never used, and what looks like a secret or personal data");
        memory.MapGet("/{id}", ReadAsync).WithName("memory_read").WithSummary("One memory with its history, the first version first");
        memory.MapPost("/{id}/revise", ReviseAsync).WithName("memory_revise").WithSummary("Replace the version that holds by another");
        memory.MapPost("/{id}/retire", RetireAsync).WithName("memory_retire").WithSummary("It holds no longer, and why");
        memory.MapPost("/{id}/grade", GradeAsync).WithName("memory_grade").WithSummary("Say whether it helped where it was used");
    }

    private static async Task<IResult> ProposeAsync(HttpContext context, ConsumerKeys keys, MemoryWriter writer, CancellationToken cancellationToken)
    {
        var caller = await keys.AdmitAsync(context);
        var decision = await writer.ProposeAsync(MemoryBodies.Proposal(await RequestBody.ReadAsync(context, checksTexts: true), caller), cancellationToken);
        return decision.Decision == MemoryDecision.Noop ? TypedResults.Ok(decision) : TypedResults.Created($"/v1/memory/{decision.Memory!.Id}", decision);
    }

    private static async Task<IResult> ListAsync(HttpContext context, ConsumerKeys keys, MemoryStore store, CancellationToken cancellationToken)
    {
        var caller = await keys.AdmitAsync(context);
        return TypedResults.Ok(await store.ListAsync(caller.Consumer, MemoryQuery.Filter(context.Request.Query, caller), cancellationToken));
    }

    private static async Task<IResult> AuditAsync(HttpContext context, ConsumerKeys keys, MemoryAudit audit, CancellationToken cancellationToken)
    {
        var caller = await keys.AdmitAsync(context);
        var (scope, limit) = MemoryQuery.Audit(context.Request.Query, caller);
        return TypedResults.Ok(await audit.RunAsync(scope, limit, cancellationToken));
    }

    private static async Task<IResult> ReadAsync(string id, HttpContext context, ConsumerKeys keys, MemoryStore store, CancellationToken cancellationToken)
    {
        var caller = await keys.AdmitAsync(context);
        return TypedResults.Ok(await store.GetAsync(caller.Consumer, id, MemoryScope.Of(caller), cancellationToken));
    }

    private static async Task<IResult> ReviseAsync(string id, HttpContext context, ConsumerKeys keys, MemoryStore store, MemoryWriter writer, CancellationToken cancellationToken)
    {
        var caller = await keys.AdmitAsync(context);
        var revision = MemoryBodies.Revision(await RequestBody.ReadAsync(context, checksTexts: true), caller);
        return TypedResults.Ok(await writer.ReviseAsync(await store.FindAsync(id, MemoryScope.Of(caller), cancellationToken), revision, cancellationToken));
    }

    private static async Task<IResult> RetireAsync(string id, HttpContext context, ConsumerKeys keys, MemoryStore store, MemoryWriter writer, CancellationToken cancellationToken)
    {
        var caller = await keys.AdmitAsync(context);
        var reason = MemoryBodies.Reason(await RequestBody.ReadAsync(context, checksTexts: true));
        return TypedResults.Ok(await writer.RetireAsync(await store.FindAsync(id, MemoryScope.Of(caller), cancellationToken), reason, MemoryTrust.Of(MemorySource.Person, caller.Scopes.Admin), cancellationToken));
    }

    private static async Task<IResult> GradeAsync(string id, HttpContext context, ConsumerKeys keys, MemoryStore store, MemoryWriter writer, CancellationToken cancellationToken)
    {
        var caller = await keys.AdmitAsync(context);
        var helped = MemoryBodies.Helped(await RequestBody.ReadAsync(context, checksTexts: true));
        return TypedResults.Ok(await writer.GradeAsync(await store.FindAsync(id, MemoryScope.Of(caller), cancellationToken), helped, cancellationToken));
    }
}
