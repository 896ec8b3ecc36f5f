using Dapper;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Keys;
using Lakehouse.Gateway.Sessions;
using Npgsql;

namespace Lakehouse.Gateway.Knowledge.Playbooks;

/// <summary>
/// Marks what came of using playbooks: tests that passed, a fill that was sealed, a worker who did not come. Only outcomes
/// grade; a source says something once, so that the same report delivered twice counts once. Sources are names that the
/// caller makes up, so of whoever neither made a playbook nor is the operator one good and one bad mark counts, for each name.
/// </summary>
internal sealed class PlaybookGrading(NpgsqlDataSource postgres, TimeProvider time)
{
    public const string FailureKind = "failure";

    /// <summary>All of them or none.</summary>
    /// <exception cref="ApiError">404: one is not there; 409: the source said otherwise before.</exception>
    public Task<IReadOnlyList<MarkDecision>> MarkAsync(NewMark mark, IReadOnlyList<string> playbooks, Caller caller, CancellationToken cancellationToken) => postgres.UseAsync<IReadOnlyList<MarkDecision>>(async connection =>
    {
        var now = time.GetUtcNow();
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var decisions = new List<MarkDecision>();
        // in one order, so that two reports of the same playbooks never wait for each other
        foreach (var id in playbooks.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            var playbook = await PlaybookStore.FindAsync(connection, id, now, cancellationToken);
            if (mark.Name is { } name && !playbook.EndorsedNames.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                throw ApiError.BadInput("name", $"name is '{name}'; accepted is one of the endorsed names of {id}: {string.Join(", ", playbook.EndorsedNames.Take(10))}.");
            }

            var vote = playbook.IsFor(caller) ? mark.SourceId : "";
            var isNew = await InsertAsync(connection, id, mark, caller.Consumer, vote, now, cancellationToken);
            var after = await PlaybookStore.FindAsync(connection, id, now, cancellationToken);
            decisions.Add(new(id, isNew ? "MARK" : "NOOP", after.Status, Marks(after) > Marks(playbook)));
        }

        await transaction.CommitAsync(cancellationToken);
        return decisions;
    }, cancellationToken);

    private static long Marks(Playbook playbook) => playbook.Helpful + playbook.Harmful + playbook.FailedNames.Count;

    private static async Task<bool> InsertAsync(NpgsqlConnection connection, string id, NewMark mark, string actor, string vote, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var values = new { id, mark.SourceId, name = mark.Name ?? "", mark.Kind, mark.Success, mark.Reason, now, actor, vote };
        var inserted = await connection.ExecuteAsync(new CommandDefinition("""
            insert into gateway.playbook_marks (playbook_id, source_id, name, kind, success, reason, at, actor, vote)
            values (@id, @SourceId, @name, @Kind, @Success, @Reason, @now, @actor, @vote) on conflict do nothing
            """, values, cancellationToken: cancellationToken));
        if (inserted == 1)
        {
            return true;
        }

        var before = await connection.ExecuteScalarAsync<bool>(new CommandDefinition(
            "select success from gateway.playbook_marks where playbook_id = @id and source_id = @SourceId and name = @name", values, cancellationToken: cancellationToken));
        return before == mark.Success
            ? false
            : throw new ApiError(409, "playbook_mark_conflict", $"The source '{mark.SourceId}' said {(before ? "success" : "failure")} of {id} before; accepted is the same, or another source_id.", "source_id");
    }
}

/// <param name="SourceId">What it comes from: a cycle's id, a fill's.</param>
/// <param name="Kind">What was measured: tests, fill, failure, …</param>
/// <param name="Name">One endorsed worker; null = the whole playbook.</param>
internal sealed record NewMark(string SourceId, string Kind, bool Success, string? Name, string? Reason);

/// <param name="Decision">MARK, or NOOP where the source had said it before.</param>
/// <param name="Status">Of the playbook after it.</param>
/// <param name="Counted">False where it was said before, or the actor's one vote was given: it is in the history then, and weighs nothing.</param>
internal sealed record MarkDecision(string PlaybookId, string Decision, string Status, bool Counted);
