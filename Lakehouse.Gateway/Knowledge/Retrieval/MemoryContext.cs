using System.Text;
using Lakehouse.Gateway.Context;
using Microsoft.Extensions.Options;

namespace Lakehouse.Gateway.Knowledge.Retrieval;

/// <summary>What the memory knows about a task.</summary>
internal sealed class MemoryContext(MemorySearch search, IOptions<RetrievalOptions> options, TimeProvider time) : IContextSource
{
    public string Name => "memory";

    public bool IsContiguous => false;

    public async Task<ContextFindings> FindAsync(ContextQuestion question, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var found = await search.FindAsync(RetrievalQuestion.Of(question, options.Value.Limit, now), cancellationToken);
        return new(
            [.. found.Hits.Select(hit => new ContextItem(
                hit.Memory.Id, $"memory_{hit.Memory.Kind}", hit.Memory.Text, null, hit.Reason, hit.Score, Encoding.UTF8.GetByteCount(hit.Memory.Text), Math.Max(0, (long)(now - hit.Memory.ValidFrom).TotalSeconds)))],
            found.Note);
    }

    public Task ChosenAsync(IReadOnlyList<ContextItem> items, CancellationToken cancellationToken) => search.UsedAsync([.. items.Select(item => item.Id)], time.GetUtcNow(), cancellationToken);
}
