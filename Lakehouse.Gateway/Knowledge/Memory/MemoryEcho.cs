using Dapper;
using Lakehouse.Gateway.Knowledge.Truth;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Lakehouse.Gateway.Knowledge.Memory;

/// <summary>
/// What a consumer has read here is not told back as news. Everything that leaves the memory is noted, as is what is told of
/// playbooks, and a proposal that says it again, as a whole or sentence by sentence, is recognised: also where the row was
/// replaced or retired meanwhile. Rules are not noted: they hold whoever has read them.
/// </summary>
internal sealed class MemoryEcho(TruthStore truth, IOptions<MemoryOptions> options, TimeProvider time)
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
        var found = (await connection.QueryAsync<(byte[] Hash, string? Id)>(new CommandDefinition("""
            select said.hash, coalesce(
                (select memory_id from gateway.memories join gateway.memory_served using (memory_id)
                    where sentences @> array[said.hash] and consumer = @consumer and served_at > @since order by valid_to is null desc, memory_id desc limit 1),
                (select playbook_id from gateway.playbook_served served
                    where served.hash = said.hash and consumer = @consumer and served_at > @since order by playbook_id desc limit 1))
            from (select distinct hash from unnest(@Hashes) hash) said
            """, new { consumer, text.Hashes, since = options.Value.EchoSince(time.GetUtcNow()) }, cancellationToken: cancellationToken)))
            .Where(row => row.Id is not null).ToDictionary(row => Convert.ToHexString(row.Hash), row => row.Id!);
        foreach (var (rule, said) in await RulesAsync(connection, cancellationToken))
        {
            foreach (var hash in said.Hashes)
            {
                found.TryAdd(Convert.ToHexString(hash), rule);
            }
        }

        if (found.TryGetValue(Convert.ToHexString(text.Hash), out var whole))
        {
            return new([whole]);
        }

        var ids = text.Sentences.Select(sentence => found.GetValueOrDefault(Convert.ToHexString(sentence.Hash))).ToList();
        return ids.Count > 0 && ids.TrueForAll(id => id is not null) ? new([.. ids.OfType<string>().Distinct()]) : null;
    }

    // as a prompt is told of it, and what it says itself
    private async Task<IEnumerable<(string Id, MemoryText Said)>> RulesAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        List<(string Id, string Text)> rules = [.. truth.Current.All.SelectMany(rule => new[] { rule.Description, TruthContext.TextOf(rule) }.Select(text => (TruthContext.IdOf(rule), text)))];
        return rules.Select(rule => rule.Id).Zip(await MemoryText.OfAsync([.. rules.Select(rule => rule.Text)], connection, cancellationToken));
    }
}

/// <param name="Ids">Of the memories, playbooks and rules that it says again.</param>
internal sealed record MemoryHeard(IReadOnlyList<string> Ids)
{
    public string Reason => $"it says again what was read here: {string.Join(", ", Ids)}; where it holds again, revise what holds now";
}
