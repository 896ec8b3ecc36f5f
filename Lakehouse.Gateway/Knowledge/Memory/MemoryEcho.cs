using Dapper;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Lakehouse.Gateway.Knowledge.Memory;

/// <summary>
/// What a consumer has read here is not told back as news. Everything that leaves the memory is noted, and a proposal that
/// says it again, as a whole or sentence by sentence, is recognised: also where the row was replaced or retired meanwhile.
/// </summary>
internal sealed class MemoryEcho(IOptions<MemoryOptions> options, TimeProvider time)
{
    public async Task NoteAsync(NpgsqlConnection connection, string consumer, IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        if (ids.Count > 0)
        {
            await connection.ExecuteAsync(new CommandDefinition("""
                insert into gateway.memory_served (consumer, memory_id, served_at) select @consumer, id, @now from unnest(@ids) id order by id
                on conflict (consumer, memory_id) do update set served_at = greatest(memory_served.served_at, excluded.served_at)
                """, new { consumer, ids = ids.Distinct().ToArray(), now = time.GetUtcNow() }, cancellationToken: cancellationToken));
        }
    }

    /// <returns>Null where the text has something that the consumer did not read here.</returns>
    public async Task<MemoryHeard?> FindAsync(NpgsqlConnection connection, string consumer, MemoryText text, CancellationToken cancellationToken)
    {
        var found = (await connection.QueryAsync<(byte[] Hash, string Id)>(new CommandDefinition("""
            select hash, served.memory_id from unnest(@Hashes) hash cross join lateral (
                select memory_id from gateway.memories join gateway.memory_served using (memory_id)
                where sentences @> array[hash] and consumer = @consumer and served_at > @since
                order by valid_to is null desc, memory_id desc limit 1) served
            """, new { consumer, text.Hashes, since = time.GetUtcNow() - options.Value.EchoWindow }, cancellationToken: cancellationToken)))
            .DistinctBy(row => Convert.ToHexString(row.Hash)).ToDictionary(row => Convert.ToHexString(row.Hash), row => row.Id);
        if (found.TryGetValue(Convert.ToHexString(text.Hash), out var whole))
        {
            return new([whole]);
        }

        var ids = text.Sentences.Select(sentence => found.GetValueOrDefault(Convert.ToHexString(sentence.Hash))).ToList();
        return ids.Count > 0 && ids.TrueForAll(id => id is not null) ? new([.. ids.OfType<string>().Distinct()]) : null;
    }
}

/// <param name="Ids">Of the memories that it says again.</param>
internal sealed record MemoryHeard(IReadOnlyList<string> Ids)
{
    public string Reason => $"it says again what was read here: {string.Join(", ", Ids)}; where it holds again, revise what holds now";
}
