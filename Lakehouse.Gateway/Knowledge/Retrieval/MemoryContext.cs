using Lakehouse.Gateway.Context;
using Microsoft.Extensions.Options;

namespace Lakehouse.Gateway.Knowledge.Retrieval;

/// <summary>What the memory knows about a task.</summary>
internal sealed class MemoryContext(MemorySearch search, IOptions<RetrievalOptions> options, TimeProvider time) : IContextSource
{
    private const string Kind = "memory_";

    public string Name => "memory";

    public bool IsContiguous => false;

    public async Task<ContextFindings> FindAsync(ContextQuestion question, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var found = await search.FindAsync(RetrievalQuestion.Of(question, options.Value.Limit, now), cancellationToken);
        return new(
            [.. found.Hits.Select(hit => new ContextItem(
                hit.Memory.Id, Kind + hit.Memory.Kind, hit.Memory.Text, null, hit.Reason, hit.Score, 0, Math.Max(0, (long)(now - hit.Memory.ValidFrom).TotalSeconds)))],
            found.Note);
    }

    public static bool IsMemory(ContextItem item) => item.Kind.StartsWith(Kind, StringComparison.Ordinal);

    public Task ChosenAsync(IReadOnlyList<ContextItem> items, CancellationToken cancellationToken) => search.UsedAsync([.. items.Select(item => item.Id)], time.GetUtcNow(), cancellationToken);
}
