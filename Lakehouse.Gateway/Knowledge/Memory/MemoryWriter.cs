using System.Text.Json.Nodes;
using Dapper;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Knowledge.Retrieval;
using Lakehouse.Gateway.Sessions;
using Lakehouse.ServiceDefaults.Contracts;
using Lakehouse.ServiceDefaults.Telemetry;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Lakehouse.Gateway.Knowledge.Memory;

/// <summary>Every change of what is known. Writers of one scope take turns, and each change is one transaction.</summary>
internal sealed class MemoryWriter(NpgsqlDataSource postgres, MemoryEcho echo, IOptions<MemoryOptions> options, TimeProvider time)
{
    private readonly MemoryOptions _options = options.Value;

    /// <exception cref="ApiError">400: <c>valid_from</c> does not go with what is there; 409: the scope is full.</exception>
    public Task<MemoryDecision> ProposeAsync(MemoryProposal proposal, CancellationToken cancellationToken) => ChangeAsync("create_memory", proposal.Scope, async transaction =>
    {
        var connection = transaction.Connection!;
        var text = await MemoryText.OfAsync(proposal.Text, connection, cancellationToken);
        var known = await KnownAsync(connection, proposal, text, cancellationToken);
        var heard = await echo.FindAsync(connection, proposal.By, text, cancellationToken);
        if (known.SameText is { } same)
        {
            return heard is null
                ? new(MemoryDecision.Noop, same.Key == proposal.Key ? "the same text holds already" : $"the same text holds already, under {(same.Key is null ? "no key" : $"the key '{same.Key}'")}", await ConfirmAsync(connection, same.Id, cancellationToken), null)
                : new(MemoryDecision.Noop, heard.Reason, same.ToItem(), null);
        }

        if (heard is not null)
        {
            return new(MemoryDecision.Noop, heard.Reason, (await FindAsync(connection, heard.Ids[0], cancellationToken))?.ToItem(), null);
        }

        if (known.SameKey is { } before)
        {
            return MemoryTrust.MayReplace(proposal.Trust, before.Trust)
                ? await ReplaceAsync(connection, before, proposal, text, "the key had another text", cancellationToken)
                : new(MemoryDecision.Noop, $"the key has a text that the {before.Trust} stands for, and the {proposal.Trust} may not replace it", before.ToItem(), null);
        }

        await CheckRoomAsync(connection, proposal.Scope, cancellationToken);
        var added = await InsertAsync(connection, LakehouseId.NewMemory(time), proposal, text, Start(proposal.ValidFrom, known.LastEnd), cancellationToken);
        return new(MemoryDecision.Add, proposal.Key is null ? "nothing here says it" : "the key is new", added.ToItem(), null);
    }, cancellationToken);

    /// <exception cref="ApiError">404; 403: somebody with more trust stands for it; 409: it no longer holds, and which does.</exception>
    public async Task<MemoryDecision> ReviseAsync(MemoryRow seen, MemoryRevision revision, CancellationToken cancellationToken) => await ChangeAsync("update_memory", seen.Scope, async transaction =>
    {
        var connection = transaction.Connection!;
        var before = await TipAsync(connection, seen.Id, cancellationToken);
        CheckTrust(before, revision.Trust);
        var text = await MemoryText.OfAsync(revision.Text, connection, cancellationToken);
        var attributes = revision.Attributes ?? JsonNode.Parse(before.Attributes)!.AsObject();
        var proposal = new MemoryProposal(before.Scope, before.Kind, before.Key, revision.Text, attributes, revision.SourceKind, revision.SourceId, revision.Trust, revision.By, null);
        var known = await KnownAsync(connection, proposal, text, cancellationToken);
        return known.SameText switch
        {
            { } same when same.Id != before.Id => new(MemoryDecision.Noop, "another memory has the same text", same.ToItem(), null),
            { } same when revision.Text == before.Text && JsonNode.DeepEquals(attributes, JsonNode.Parse(before.Attributes)) => new(MemoryDecision.Noop, "it says so already", same.ToItem(), null),
            _ => await ReplaceAsync(connection, before, proposal, text, revision.Reason ?? "revised", cancellationToken),
        };
    }, cancellationToken);

    /// <exception cref="ApiError">As of <see cref="ReviseAsync"/>.</exception>
    public Task<MemoryItem> RetireAsync(MemoryRow seen, string reason, string trust, CancellationToken cancellationToken) => ChangeAsync("delete_memory", seen.Scope, async transaction =>
    {
        var tip = await TipAsync(transaction.Connection!, seen.Id, cancellationToken);
        CheckTrust(tip, trust);
        var (now, end) = (Now(), Start(null, new(tip.ValidFrom)));
        return (await transaction.Connection!.QuerySingleAsync<MemoryRow>(new CommandDefinition(
            $"update gateway.memories set valid_to = @end, closed_at = @now, close_reason = @reason where memory_id = @Id returning {MemoryRow.Columns}", new { tip.Id, now, end, reason }, cancellationToken: cancellationToken))).ToItem();
    }, cancellationToken);

    /// <summary>Counts whether it helped where it was used. Of any version: it may have been replaced meanwhile.</summary>
    public Task<MemoryItem> GradeAsync(MemoryRow seen, bool helped, CancellationToken cancellationToken) => postgres.UseAsync(async connection =>
        (await connection.QuerySingleAsync<MemoryRow>(new CommandDefinition(
            $"update gateway.memories set helpful = helpful + @helpful, harmful = harmful + @harmful where memory_id = @Id returning {MemoryRow.Columns}",
            new { seen.Id, helpful = helped ? 1 : 0, harmful = helped ? 0 : 1 }, cancellationToken: cancellationToken))).ToItem(), cancellationToken);

    private async Task<T> ChangeAsync<T>(string operation, string scope, Func<NpgsqlTransaction, Task<T>> change, CancellationToken cancellationToken)
    {
        using var span = GatewayTelemetry.Source.StartActivity(operation);
        span?.SetTag(TelemetryNames.GenAi.OperationName, operation);
        var result = await ChangeAsync(scope, change, cancellationToken);
        span?.SetTag(TelemetryNames.MemoryDecision, (result as MemoryDecision)?.Decision);
        return result;
    }

    private Task<T> ChangeAsync<T>(string scope, Func<NpgsqlTransaction, Task<T>> change, CancellationToken cancellationToken) => postgres.UseAsync(async connection =>
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition("select pg_advisory_xact_lock(hashtextextended('lakehouse.memory.' || @scope, 0))", new { scope }, cancellationToken: cancellationToken));
        var result = await change(transaction);
        await transaction.CommitAsync(cancellationToken);
        return result;
    }, cancellationToken);

    private static async Task<Known> KnownAsync(NpgsqlConnection connection, MemoryProposal proposal, MemoryText text, CancellationToken cancellationToken)
    {
        var rows = (await connection.QueryAsync<MemoryRow>(new CommandDefinition($"""
            select {MemoryRow.Columns} from gateway.memories where scope = @Scope and kind = @Kind and norm_hash = @Hash and valid_to is null
            union all
            select {MemoryRow.Columns} from gateway.memories where scope = @Scope and kind = @Kind and key = @Key and valid_to is null
            union all
            (select {MemoryRow.Columns} from gateway.memories where scope = @Scope and kind = @Kind and key = @Key and valid_to is not null order by valid_to desc limit 1)
            """, new { proposal.Scope, proposal.Kind, proposal.Key, text.Hash }, cancellationToken: cancellationToken))).AsList();
        return new(
            rows.Find(row => row.IsLive && row.NormHash.AsSpan().SequenceEqual(text.Hash)), rows.Find(row => row.IsLive && row.Key is not null && row.Key == proposal.Key),
            rows.Find(row => !row.IsLive) is { } last ? new(last.ValidTo!.Value) : null);
    }

    private async Task<MemoryDecision> ReplaceAsync(NpgsqlConnection connection, MemoryRow before, MemoryProposal proposal, MemoryText text, string reason, CancellationToken cancellationToken)
    {
        var (id, start, now) = (LakehouseId.NewMemory(time), Start(proposal.ValidFrom, new(before.ValidFrom)), Now());
        await connection.ExecuteAsync(new CommandDefinition(
            "update gateway.memories set valid_to = @start, superseded_by = @id, closed_at = @now, close_reason = @reason where memory_id = @before",
            new { start, id, now, reason, before = before.Id }, cancellationToken: cancellationToken));
        return new(MemoryDecision.Update, reason, (await InsertAsync(connection, id, proposal, text, start, cancellationToken)).ToItem(), before.Id);
    }

    private async Task<MemoryRow> InsertAsync(NpgsqlConnection connection, string id, MemoryProposal proposal, MemoryText text, DateTimeOffset start, CancellationToken cancellationToken) =>
        await connection.QuerySingleAsync<MemoryRow>(new CommandDefinition($"""
            insert into gateway.memories (memory_id, scope, kind, key, text, norm_hash, sentences, attributes, source_kind, source_id, trust, created_at, created_by, valid_from, names)
            values (@id, @Scope, @Kind, @Key, @Text, @Hash, @Hashes, @attributes::jsonb, @SourceKind, @SourceId, @Trust, @now, @By, @start, @names)
            returning {MemoryRow.Columns}
            """, new
        {
            id, proposal.Scope, proposal.Kind, proposal.Key, proposal.Text, text.Hash, text.Hashes, attributes = proposal.Attributes.ToJsonString(), proposal.SourceKind, proposal.SourceId,
            proposal.Trust, proposal.By, now = Now(), start, names = PersonalData.NamesIn(proposal.Attributes),
        }, cancellationToken: cancellationToken));

    private async Task CheckRoomAsync(NpgsqlConnection connection, string scope, CancellationToken cancellationToken)
    {
        var most = _options.MaxPerScope;
        if (await connection.ExecuteScalarAsync<bool>(new CommandDefinition(
            "select exists (select from gateway.memories where scope = @scope and valid_to is null offset @most - 1)", new { scope, most }, cancellationToken: cancellationToken)))
        {
            throw new ApiError(409, "memory_full", $"The scope '{scope}' has {most} live memories, which is the most (Memory:MaxPerScope). Retire some: GET /v1/memory/audit names duplicates and what is never used.", "scope");
        }
    }

    private static void CheckTrust(MemoryRow row, string trust)
    {
        if (!MemoryTrust.MayReplace(trust, row.Trust))
        {
            throw new ApiError(403, "memory_denied", $"The {row.Trust} stands for {row.Id}; the {trust} may neither replace nor retire it.", "id");
        }
    }

    private static async Task<MemoryRow> TipAsync(NpgsqlConnection connection, string id, CancellationToken cancellationToken)
    {
        var row = await FindAsync(connection, id, cancellationToken) ?? throw MemoryStore.NotFound(id);
        if (row.IsLive)
        {
            return row;
        }

        var tip = (await MemoryStore.ChainAsync(connection, id, cancellationToken))[^1];
        throw new ApiError(409, "memory_closed", tip.IsLive
            ? $"{id} was replaced; {tip.Id} is the version that holds, and the only one that can be changed."
            : $"{id} is closed: {(tip.Id == id ? "it" : tip.Id)} was retired at {tip.ClosedAt:yyyy-MM-dd'T'HH:mm:ss'Z'}. What holds again is proposed again.", "id");
    }

    private static Task<MemoryRow?> FindAsync(NpgsqlConnection connection, string id, CancellationToken cancellationToken) => connection.QuerySingleOrDefaultAsync<MemoryRow>(
        new CommandDefinition($"select {MemoryRow.Columns} from gateway.memories where memory_id = @id", new { id }, cancellationToken: cancellationToken));

    private static async Task<MemoryItem> ConfirmAsync(NpgsqlConnection connection, string id, CancellationToken cancellationToken) => (await connection.QuerySingleAsync<MemoryRow>(new CommandDefinition(
        $"update gateway.memories set confirm_count = confirm_count + 1 where memory_id = @id returning {MemoryRow.Columns}", new { id }, cancellationToken: cancellationToken))).ToItem();

    /// <summary>One version begins where the one before ends, whatever the clocks of several gateways say.</summary>
    private DateTimeOffset Start(DateTimeOffset? asked, DateTimeOffset? notBefore)
    {
        var now = Now();
        if (asked is not { } start)
        {
            return notBefore > now ? notBefore.Value : now;
        }

        return start <= now && !(notBefore > start)
            ? start
            : throw ApiError.BadInput("valid_from", $"valid_from is {start:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}; accepted is a time {(notBefore is { } from ? $"from {from:yyyy-MM-dd'T'HH:mm:ss.fff'Z'} (what was known before ends there) " : "")}until now.");
    }

    // as they are shown: what is read back as as_of must be the very moment
    private DateTimeOffset Now()
    {
        var now = time.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMillisecond));
    }

    private sealed record Known(MemoryRow? SameText, MemoryRow? SameKey, DateTimeOffset? LastEnd);
}
