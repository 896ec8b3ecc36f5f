namespace Lakehouse.Gateway.Context;

/// <summary>Asks every source and keeps the best that fit. The same for <c>/v1/context</c> and for the chat path.</summary>
internal sealed class ContextBuilder(IEnumerable<IContextSource> sources)
{
    public async Task<BuiltContext> BuildAsync(ContextQuestion question, CancellationToken cancellationToken)
    {
        var found = new List<(IContextSource Source, ContextItem Item)>();
        var reports = new List<ContextSourceReport>();
        foreach (var source in sources)
        {
            var findings = await source.FindAsync(question, cancellationToken);
            found.AddRange(findings.Items.Select(item => (source, item)));
            reports.Add(new(source.Name, findings.Items.Count, findings.Note));
        }

        var items = new List<ContextItem>();
        var dropped = new List<DroppedItem>();
        var cut = new HashSet<IContextSource>();
        var room = question.MaxTokens;
        foreach (var (source, item) in found.OrderByDescending(entry => entry.Item.Score))
        {
            if (cut.Contains(source))
            {
                dropped.Add(Drop(item, "something that comes before it did not fit"));
            }
            else if (item.Tokens > room)
            {
                dropped.Add(Drop(item, $"takes {item.Tokens} tokens, {room} were left"));
                if (source.IsContiguous)
                {
                    cut.Add(source);
                }
            }
            else
            {
                items.Add(item);
                room -= item.Tokens;
            }
        }

        return new(items, dropped, question.MaxTokens - room, question.MaxTokens, reports);
    }

    private static DroppedItem Drop(ContextItem item, string reason) => new(item.Id, item.Kind, reason, item.Score, item.Tokens);
}

/// <summary>Reply of <c>/v1/context</c>.</summary>
/// <param name="Items">Best first.</param>
internal sealed record BuiltContext(
    IReadOnlyList<ContextItem> Items, IReadOnlyList<DroppedItem> Dropped, long TotalTokens, long MaxTokens, IReadOnlyList<ContextSourceReport> Sources);

internal sealed record DroppedItem(string Id, string Kind, string Reason, double Score, long Tokens);

/// <param name="Note">Why there is nothing, or not more.</param>
internal sealed record ContextSourceReport(string Name, int Found, string? Note);
