using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Keys;
using Lakehouse.Gateway.Sessions;

namespace Lakehouse.Gateway.Knowledge.Playbooks;

/// <summary><c>/v1/playbooks</c>: what worked, shared by all consumers.</summary>
internal static class PlaybooksApi
{
    public static void MapPlaybooks(this IEndpointRouteBuilder routes)
    {
        var playbooks = routes.MapGroup("/v1/playbooks").AnswersOpenAiErrors();
        playbooks.MapPost("", SeedAsync).WithName("playbook_seed").WithSummary("Tell what worked: a new playbook, more of one of today, or nothing new");
        playbooks.MapGet("", ListAsync).WithName("playbooks").WithSummary("Playbooks, newest first, a page at a time");
        playbooks.MapPost("/boosts", BoostsAsync).WithName("playbook_boosts").WithSummary("How much earlier fills speak for workers, for a role in a place at a moment");
        playbooks.MapPost("/retire", RetireDriftedAsync).WithName("playbook_retire_drifted").WithSummary("Retire every playbook that was made on data of another schema").AddEndpointFilter<OperatorOnly>();
        playbooks.MapGet("/{id}", ReadAsync).WithName("playbook").WithSummary("One version of a playbook");
        playbooks.MapGet("/{id}/history", HistoryAsync).WithName("playbook_history").WithSummary("Every version of a playbook, root first, with what was done to it and what came of it");
        playbooks.MapPost("/{id}/revise", ReviseAsync).WithName("playbook_revise").WithSummary("A new version; only the tip of a chain takes one");
        playbooks.MapPost("/{id}/retire", RetireAsync).WithName("playbook_retire").WithSummary("End a playbook; its history stays");
        playbooks.MapGrades();
    }

    private static async Task<IResult> SeedAsync(HttpContext context, ConsumerKeys keys, PlaybookWriter writer, TimeProvider time, CancellationToken cancellationToken)
    {
        var caller = await keys.AdmitAsync(context);
        var seed = PlaybookSeed.Parse(await RequestBody.ReadAsync(context, checksTexts: true), time.GetUtcNow());
        var decision = await writer.SeedAsync(seed, caller, cancellationToken);
        return decision.Decision == "ADD" ? TypedResults.Created($"/v1/playbooks/{decision.Playbook.Id}", decision) : TypedResults.Ok(decision);
    }

    private static async Task<IResult> ListAsync(HttpContext context, ConsumerKeys keys, PlaybookStore store, PlaybookEcho echo, CancellationToken cancellationToken)
    {
        var caller = await keys.AdmitAsync(context);
        var (filter, page) = PlaybookQueries.List(context.Request.Query);
        var list = await store.ListAsync(filter, page, cancellationToken);
        await echo.NoteAsync(caller.Consumer, list.Data, cancellationToken);
        return TypedResults.Ok(list);
    }

    private static async Task<IResult> BoostsAsync(HttpContext context, ConsumerKeys keys, PlaybookBoosts boosts, CancellationToken cancellationToken)
    {
        await keys.AdmitAsync(context);
        var question = PlaybookQueries.Boosts(await RequestBody.ReadAsync(context, checksTexts: true));
        return TypedResults.Ok(BoostsView.Of(await boosts.FindAsync(question, cancellationToken)));
    }

    private static async Task<IResult> RetireDriftedAsync(HttpContext context, PlaybookWriter writer, CancellationToken cancellationToken)
    {
        var body = (await RequestBody.ReadAsync(context, checksTexts: true)).AcceptOnly("schema_fingerprint");
        var retired = await writer.RetireDriftedAsync(body.Needed("schema_fingerprint", 128), context.Operator(), cancellationToken);
        return TypedResults.Ok(new RetiredView("playbooks_retired", retired.Count, retired));
    }

    private static async Task<IResult> ReadAsync(string id, HttpContext context, ConsumerKeys keys, PlaybookStore store, PlaybookEcho echo, CancellationToken cancellationToken)
    {
        var caller = await keys.AdmitAsync(context);
        var playbook = await store.GetAsync(id, cancellationToken);
        await echo.NoteAsync(caller.Consumer, [playbook], cancellationToken);
        return TypedResults.Ok(playbook);
    }

    private static async Task<IResult> HistoryAsync(string id, HttpContext context, ConsumerKeys keys, PlaybookStore store, PlaybookEcho echo, CancellationToken cancellationToken)
    {
        var caller = await keys.AdmitAsync(context);
        var history = await store.HistoryAsync(id, cancellationToken);
        await echo.NoteAsync(caller.Consumer, history.Versions.Select(version => version.Playbook), cancellationToken);
        return TypedResults.Ok(history);
    }

    private static async Task<IResult> ReviseAsync(string id, HttpContext context, ConsumerKeys keys, PlaybookWriter writer, TimeProvider time, CancellationToken cancellationToken)
    {
        var caller = await keys.AdmitAsync(context);
        var revision = PlaybookRevision.Parse(await RequestBody.ReadAsync(context, checksTexts: true), time.GetUtcNow());
        return TypedResults.Ok(await writer.ReviseAsync(id, revision, caller, cancellationToken));
    }

    private static async Task<IResult> RetireAsync(string id, HttpContext context, ConsumerKeys keys, PlaybookWriter writer, CancellationToken cancellationToken)
    {
        var caller = await keys.AdmitAsync(context);
        var reason = (await RequestBody.ReadAsync(context, checksTexts: true)).AcceptOnly("reason").Needed("reason", 1_000);
        return TypedResults.Ok(await writer.RetireAsync(id, reason, caller, cancellationToken));
    }
}

/// <summary>Reply of <c>/v1/playbooks/boosts</c>.</summary>
internal sealed record BoostsView(string Object, DateTimeOffset At, BoostCounters Counters, IReadOnlyList<WorkerBoost> Workers)
{
    public static BoostsView Of(WorkerBoosts boosts) => new("playbook_boosts", boosts.At, boosts.Counters, boosts.Workers);
}

internal sealed record RetiredView(string Object, int Retired, IReadOnlyList<string> Ids);
