using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Keys;
using Lakehouse.Gateway.Sessions;

namespace Lakehouse.Gateway.Knowledge.Playbooks;

/// <summary>What came of playbooks, and whether what they cite still stands.</summary>
internal static class PlaybookGradesApi
{
    public static void MapGrades(this IEndpointRouteBuilder playbooks)
    {
        playbooks.MapPost("/outcomes", OutcomeAsync).WithName("playbook_outcomes").WithSummary("How a task ended in which playbooks were used: good marks them helpful, bad harmful; once for each source");
        playbooks.MapPost("/{id}/failures", FailureAsync).WithName("playbook_failure").WithSummary("Mark a playbook, or one of its workers, as failed; each mark halves the boost");
        playbooks.MapPost("/{id}/drift", DriftAsync).WithName("playbook_drift").WithSummary("Compare the documents that a playbook cites with how they are today; a drifted one flags it");
        playbooks.MapPost("/{id}/resolve", ResolveAsync).WithName("playbook_resolve").WithSummary("Somebody looked at the drift: the playbook counts again");
    }

    private static async Task<IResult> OutcomeAsync(HttpContext context, ConsumerKeys keys, PlaybookGrading grading, CancellationToken cancellationToken)
    {
        var caller = await keys.AdmitAsync(context);
        var (mark, playbooks) = PlaybookQueries.Outcome(await RequestBody.ReadAsync(context, checksTexts: true));
        return TypedResults.Ok(new MarksView("playbook_marks", mark.SourceId, mark.Success, await grading.MarkAsync(mark, playbooks, caller, cancellationToken)));
    }

    private static async Task<IResult> FailureAsync(string id, HttpContext context, ConsumerKeys keys, PlaybookGrading grading, CancellationToken cancellationToken)
    {
        var caller = await keys.AdmitAsync(context);
        var mark = PlaybookQueries.Failure(await RequestBody.ReadAsync(context, checksTexts: true));
        return TypedResults.Ok(new MarksView("playbook_marks", mark.SourceId, mark.Success, await grading.MarkAsync(mark, [id], caller, cancellationToken)));
    }

    private static async Task<IResult> DriftAsync(string id, HttpContext context, ConsumerKeys keys, PlaybookDrift drift, CancellationToken cancellationToken)
    {
        var caller = await keys.AdmitAsync(context);
        var today = PlaybookQueries.Today(await RequestBody.ReadAsync(context, checksTexts: true));
        return TypedResults.Ok(await drift.CheckAsync(id, today, caller, cancellationToken));
    }

    private static async Task<IResult> ResolveAsync(string id, HttpContext context, ConsumerKeys keys, PlaybookDrift drift, CancellationToken cancellationToken)
    {
        var caller = await keys.AdmitAsync(context);
        var reason = (await RequestBody.ReadAsync(context, checksTexts: true)).AcceptOnly("reason").Needed("reason", 1_000);
        return TypedResults.Ok(await drift.ResolveAsync(id, reason, caller, cancellationToken));
    }
}

internal sealed record MarksView(string Object, string SourceId, bool Success, IReadOnlyList<MarkDecision> Marks);
