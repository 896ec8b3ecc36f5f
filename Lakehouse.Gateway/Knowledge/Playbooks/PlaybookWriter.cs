using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Keys;
using Lakehouse.Gateway.Sessions;
using Lakehouse.ServiceDefaults.Contracts;
using Npgsql;

namespace Lakehouse.Gateway.Knowledge.Playbooks;

/// <summary>
/// Decides what becomes of a playbook. Writers of one key take turns (an advisory lock for the transaction), and a unique
/// index holds whatever else happens: at most one live row for operation, UTC day, city and state.
/// </summary>
internal sealed class PlaybookWriter(NpgsqlDataSource postgres, PlaybookEcho echo, TimeProvider time)
{
    /// <summary>A model's seed: what it was told of a playbook and says again of the same task is that playbook, on whatever day.</summary>
    public async Task<PlaybookDecision> ProposeAsync(PlaybookSeed seed, Caller caller, CancellationToken cancellationToken) => await echo.FindAsync(caller.Consumer, seed, cancellationToken) is { } known
        ? new("NOOP", $"it says again what was read here: {known.Id}; what came of it is told by outcomes", [], known)
        : await SeedAsync(seed, caller, cancellationToken);

    /// <summary>Anybody may add names and documents; what else a playbook says is changed by its maker and the operator, who may end it as well.</summary>
    public Task<PlaybookDecision> SeedAsync(PlaybookSeed seed, Caller caller, CancellationToken cancellationToken) => InTransactionAsync(async change =>
    {
        var day = change.Now.UtcDateTime.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        await change.LockAsync(seed.Operation.Text, day, seed.City, seed.State);
        if (await change.OpenAsync(seed.Operation.Text, day, seed.City, seed.State) is not { } open)
        {
            var id = LakehouseId.NewPlaybook(time);
            await change.InsertAsync(new(id, id, 1, seed.Operation, seed.City, seed.State, day, change.Now, caller.Consumer, null), Merged(seed));
            return await change.DecideAsync(id, "ADD", "no playbook of this operation, UTC day, city and state was live", [], null);
        }

        if (open.Status == PlaybookStatus.Expired)
        {
            await change.RetireAsync(open.Id, open.ValidUntil!.Value, "its valid_until has passed");
            var next = LakehouseId.NewPlaybook(time);
            await change.InsertAsync(new(next, next, 1, seed.Operation, seed.City, seed.State, day, change.Now, caller.Consumer, null), Merged(seed));
            return await change.DecideAsync(next, "ADD", $"the one before, {open.Id}, was valid until {UtcMillisecondsConverter.ToText(open.ValidUntil.Value)}", [], null);
        }

        var merge = PlaybookMerge.Of(open, seed, open.IsFor(caller));
        await change.UpdateAsync(open.Id, merge);
        var kept = merge.Kept.Count == 0 ? "" : $"; '{open.CreatedBy}' made it, and only that consumer or the scope `admin` changes what stayed: {string.Join(", ", merge.Kept)}";
        var decision = merge.Changed.Count == 0
            ? await change.AnswerAsync(open.Id, "NOOP", kept.Length == 0 ? $"{open.Id} says all of it already" : $"{open.Id} takes nothing of it{kept}", [])
            : await change.DecideAsync(open.Id, "UPDATE", $"{open.Id} is live for this operation, UTC day, city and state{kept}", merge.Changed, merge.Before);
        return decision with { Kept = merge.Kept };
    }, caller.Consumer, cancellationToken);

    /// <summary>A new version; only the tip of a chain takes one.</summary>
    public Task<PlaybookDecision> ReviseAsync(string id, PlaybookRevision revision, Caller caller, CancellationToken cancellationToken) => InTransactionAsync(async change =>
    {
        var tip = await change.TipAsync(id, caller);
        if (tip.Status is PlaybookStatus.Retired or PlaybookStatus.Expired)
        {
            throw new ApiError(409, "playbook_retired", $"{id} is {tip.Status}: {tip.RetiredReason ?? "its valid_until has passed"}. Accepted is a live one; seed it again.", "id");
        }

        var merge = revision.Of(tip);
        if (merge.Changed.Count == 0)
        {
            return await change.AnswerAsync(id, "NOOP", $"{id} says all of it already", []);
        }

        var next = LakehouseId.NewPlaybook(time);
        await change.SupersedeAsync(id, next);
        await change.InsertAsync(
            new(next, tip.RootId, tip.Version + 1, PlaybookOperation.Parse(tip.Operation), tip.City, tip.State, tip.Day, tip.SeededAt, caller.Consumer, revision.KeepsFlag ? tip.FlaggedAt : null), merge);
        return await change.DecideAsync(next, "REVISE", revision.Reason, merge.Changed, merge.Before);
    }, caller.Consumer, cancellationToken);

    public Task<PlaybookDecision> RetireAsync(string id, string reason, Caller caller, CancellationToken cancellationToken) => InTransactionAsync(async change =>
    {
        var tip = await change.TipAsync(id, caller);
        if (tip.RetiredAt is not null)
        {
            return await change.AnswerAsync(id, "NOOP", $"it was retired before: {tip.RetiredReason}", []);
        }

        await change.RetireAsync(id, change.Now, reason);
        return await change.AnswerAsync(id, "RETIRE", reason, ["retired_at", "retired_reason"]);
    }, caller.Consumer, cancellationToken);

    /// <summary>Retires every playbook that was made on data of another schema; one that names no schema stays.</summary>
    /// <returns>Their ids.</returns>
    public Task<IReadOnlyList<string>> RetireDriftedAsync(string fingerprint, string actor, CancellationToken cancellationToken) =>
        InTransactionAsync(change => change.RetireDriftedAsync(fingerprint), actor, cancellationToken);

    private static PlaybookMerge Merged(PlaybookSeed seed) =>
        new(seed.EndorsedNames, seed.Approach, seed.TaskClass ?? seed.Operation.TaskClass, seed.Documents ?? [], seed.SchemaFingerprint, seed.ValidUntil, [], []);

    private Task<T> InTransactionAsync<T>(Func<PlaybookTransaction, Task<T>> work, string actor, CancellationToken cancellationToken) => postgres.UseAsync(async connection =>
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var result = await work(new(connection, time, actor, cancellationToken));
        await transaction.CommitAsync(cancellationToken);
        return result;
    }, cancellationToken);
}
