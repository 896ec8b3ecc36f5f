using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Usage;
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
        var built = await BuildAsync(question, sources.Where(source => source is not SessionContext), async source =>
        {
            try
            {
                return await source.FindAsync(question, either.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return new([], $"not asked to the end: it took longer than {patience.TotalSeconds:0.###} s");
            }
            catch (Exception problem) when (IsAway(problem))
            {
                return new([], $"not available: {(problem is ApiError known ? known.Message : "Postgres does not answer")}");
            }
        });
        try
        {
            await TellAsync(built, either.Token);
        }
        catch (Exception problem) when (IsAway(problem) || (problem is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // what is not counted helps all the same
        }

        return built.Context;
    }

    public async Task<BuiltContext> BuildAsync(ContextQuestion question, CancellationToken cancellationToken)
    {
        var built = await BuildAsync(question, sources, source => source.FindAsync(question, cancellationToken));
        await TellAsync(built, cancellationToken);
        return built.Context;
    }

    private static bool IsAway(Exception problem) => problem is NpgsqlException or TimeoutException or LedgerUnavailableException or ApiError { Status: StatusCodes.Status503ServiceUnavailable };

    private static async Task TellAsync((BuiltContext Context, ILookup<IContextSource, ContextItem> Chosen) built, CancellationToken cancellationToken)
    {
        foreach (var source in built.Chosen)
        {
            await source.Key.ChosenAsync([.. source], cancellationToken);
        }
    }

    private static async Task<(BuiltContext Context, ILookup<IContextSource, ContextItem> Chosen)> BuildAsync(ContextQuestion question, IEnumerable<IContextSource> sources, Func<IContextSource, Task<ContextFindings>> ask)
    {
        var found = new List<(IContextSource Source, ContextItem Item)>();
        var reports = new List<ContextSourceReport>();
        foreach (var source in sources)
        {
            var findings = question.Profiles.Retrieval.Sources is { } wanted && source is not SessionContext && !wanted.Contains(source.Name, StringComparer.Ordinal)
                ? new([], "left out by the retrieval profile")
                : await ask(source);
            found.AddRange(findings.Items.Select(item => (source, item)));
            reports.Add(new(source.Name, findings.Items.Count, findings.Note));
        }

        var items = new List<(IContextSource Source, ContextItem Item)>();
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
                items.Add((source, item));
                room -= item.Tokens;
            }
        }

        var context = new BuiltContext([.. items.Select(entry => entry.Item)], dropped, question.MaxTokens - room, question.MaxTokens, reports);
        return (context, items.ToLookup(entry => entry.Source, entry => entry.Item));
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
