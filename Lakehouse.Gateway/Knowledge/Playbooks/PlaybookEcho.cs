using Dapper;
using Lakehouse.Gateway.Knowledge.Memory;
using Lakehouse.Gateway.Sessions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Lakehouse.Gateway.Knowledge.Playbooks;

/// <summary>
/// What a consumer was told of playbooks is no news: not to the memory (<see cref="MemoryEcho"/> reads the same rows), and
/// not as another playbook of the same task.
/// </summary>
internal sealed class PlaybookEcho(NpgsqlDataSource postgres, IOptions<MemoryOptions> options, TimeProvider time)
{
    /// <summary>Notes the operation, the approach and the text for prompts; to be called before they are told.</summary>
    public Task NoteAsync(string consumer, IEnumerable<Playbook> playbooks, CancellationToken cancellationToken)
    {
        List<(string Id, string Text)> told = [.. playbooks.SelectMany(playbook => new[] { playbook.Operation, playbook.Approach, playbook.Told }.OfType<string>().Select(text => (playbook.Id, text)))];
        return told.Count == 0 ? Task.CompletedTask : postgres.UseAsync(async connection =>
        {
            var texts = await MemoryText.OfAsync([.. told.Select(one => one.Text)], connection, cancellationToken);
            var rows = told.Zip(texts, (one, text) => text.Hashes.Select(hash => (one.Id, Hash: hash))).SelectMany(of => of).ToList();
            var now = time.GetUtcNow();
            // what was noted lately is not written again: the same ones go into prompt after prompt
            return await connection.ExecuteAsync(new CommandDefinition("""
                insert into gateway.playbook_served (consumer, hash, playbook_id, served_at)
                select distinct @consumer::text, told.hash, told.id, @now::timestamptz from unnest(@hashes, @ids) told (hash, id)
                where not exists (
                    select from gateway.playbook_served known
                    where known.consumer = @consumer and known.hash = told.hash and known.playbook_id = told.id and known.served_at > @lately)
                order by 2, 3
                on conflict (consumer, hash, playbook_id) do update set served_at = greatest(playbook_served.served_at, excluded.served_at)
                """, new { consumer, hashes = rows.Select(row => row.Hash).ToArray(), ids = rows.Select(row => row.Id).ToArray(), now, lately = now - (options.Value.EchoWindow / 100) }, cancellationToken: cancellationToken));
        }, cancellationToken);
    }

    /// <returns>The playbook of this operation and place, of whatever day, of which the seed only says again what its consumer was told.</returns>
    public Task<Playbook?> FindAsync(string consumer, PlaybookSeed seed, CancellationToken cancellationToken) => seed.Approach is not { } approach ? Task.FromResult<Playbook?>(null) : postgres.UseAsync(async connection =>
    {
        var text = await MemoryText.OfAsync(approach, connection, cancellationToken);
        var now = time.GetUtcNow();
        var heard = (await connection.QueryAsync<(string Id, byte[] Hash)>(new CommandDefinition("""
            select playbook_id, hash from gateway.playbook_served join gateway.playbooks using (playbook_id)
            where consumer = @consumer and hash = any(@Hashes) and served_at > @since and lower(operation) = lower(@operation)
                and lower(coalesce(city, '')) = lower(coalesce(@City, '')) and lower(coalesce(state, '')) = lower(coalesce(@State, ''))
            order by playbook_id desc
            """, new { consumer, text.Hashes, operation = seed.Operation.Text, seed.City, seed.State, since = options.Value.EchoSince(now) }, cancellationToken: cancellationToken))).ToLookup(row => row.Id, row => row.Hash);
        foreach (var of in heard.Where(of => text.IsSaidBy([.. of])))
        {
            // another worker is news, however it was done
            var playbook = await PlaybookStore.FindAsync(connection, of.Key, now, cancellationToken);
            if (!seed.EndorsedNames.Except(playbook.EndorsedNames, StringComparer.OrdinalIgnoreCase).Any())
            {
                return playbook;
            }
        }

        return null;
    }, cancellationToken);
}
