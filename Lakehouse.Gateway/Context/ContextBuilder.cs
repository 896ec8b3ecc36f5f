using Lakehouse.Gateway.Errors;
using Npgsql;

namespace Lakehouse.Gateway.Context;

/// <summary>Asks every source and keeps the best that fit. The same for <c>/v1/context</c> and for the chat path.</summary>
internal sealed class ContextBuilder(IEnumerable<IContextSource> sources, TimeProvider time)
{
    /// <summary>For a chat, whose session is in its prompt already. It is help, so a source that fails or takes too long is left out and named.</summary>
    public async Task<BuiltContext> HelpAsync(ContextQuestion question, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        return await BuildAsync(question, sources.Where(source => source is not SessionContext), async source =>
        {
            try
            {
                return await source.FindAsync(question, either.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return new([], $"not asked to the end: it took longer than {patience.TotalSeconds:0.###} s");
            }
            catch (Exception problem) when (problem is NpgsqlException or TimeoutException or ApiError { Status: StatusCodes.Status503ServiceUnavailable })
            {
                return new([], $"not available: {(problem is ApiError known ? known.Message : "Postgres does not answer")}");
            }
        });
    }

    public Task<BuiltContext> BuildAsync(ContextQuestion question, CancellationToken cancellationToken) =>
        BuildAsync(question, sources, source => source.FindAsync(question, cancellationToken));

    private static async Task<BuiltContext> BuildAsync(ContextQuestion question, IEnumerable<IContextSource> sources, Func<IContextSource, Task<ContextFindings>> ask)
    {
        var found = new List<(IContextSource Source, ContextItem Item)>();
        var reports = new List<ContextSourceReport>();
        foreach (var source in sources)
        {
            var findings = await ask(source);
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
