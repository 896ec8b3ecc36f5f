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
        question = question with { Patience = patience };
        using var late = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        var built = await BuildAsync(question, [.. sources.Where(source => source is not SessionContext)], async source =>
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
            await TellAsync(question.DryRun ? [] : built.Chosen, either.Token);
        }
        catch (Exception problem) when (IsAway(problem) || (problem is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // what is not counted helps all the same
        }

        return built.Context;
    }

    /// <summary>For whoever wants to see it: it goes into no prompt, so nothing is counted as used.</summary>
    public async Task<BuiltContext> BuildAsync(ContextQuestion question, CancellationToken cancellationToken) =>
        (await BuildAsync(question, [.. sources], source => source.FindAsync(question, cancellationToken))).Context;

    private static bool IsAway(Exception problem) => problem is NpgsqlException or TimeoutException or LedgerUnavailableException or ApiError { Status: StatusCodes.Status503ServiceUnavailable };

    private static async Task TellAsync(IEnumerable<IGrouping<IContextSource, ContextItem>> chosen, CancellationToken cancellationToken)
    {
        foreach (var source in chosen)
        {
            await source.Key.ChosenAsync([.. source], cancellationToken);
        }
    }

    private static async Task<(BuiltContext Context, ILookup<IContextSource, ContextItem> Chosen)> BuildAsync(ContextQuestion question, IReadOnlyList<IContextSource> sources, Func<IContextSource, Task<ContextFindings>> ask)
    {
        // side by side: one that is slow takes nothing from the others
        var answers = await Task.WhenAll(sources.Select(async source => question.Profiles.Retrieval.Sources is { } wanted && source is not SessionContext && !wanted.Contains(source.Name, StringComparer.Ordinal)
            ? new([], "left out by the retrieval profile")
            : await ask(source)));
        var reports = sources.Zip(answers, (source, findings) => new ContextSourceReport(source.Name, findings.Items.Count, findings.Note)).ToList();
        var redaction = question.Truth?.Redaction;
        var found = sources.Zip(answers, (source, findings) => findings.Items.Select(item => (Source: source, Item: item.Text is null ? item : item with { Tokens = ContextBlock.Tokens(item, redaction) }))).SelectMany(one => one);
        return Choose(question, found, reports);
    }

    private static (BuiltContext Context, ILookup<IContextSource, ContextItem> Chosen) Choose(ContextQuestion question, IEnumerable<(IContextSource Source, ContextItem Item)> found, IReadOnlyList<ContextSourceReport> reports)
    {
        var items = new List<(IContextSource Source, ContextItem Item)>();
        var dropped = new List<DroppedItem>();
        var cut = new HashSet<IContextSource>();
        var (room, frame) = (question.MaxTokens, ContextBlock.FrameTokens(question.Truth?.Redaction));
        foreach (var (source, item) in found.OrderByDescending(entry => entry.Item.Score))
        {
            if (cut.Contains(source))
            {
                dropped.Add(Drop(item, "something that comes before it did not fit"));
            }
            else if (item.Tokens + (item.Text is null ? 0 : frame) > room)
            {
                dropped.Add(Drop(item, $"takes {item.Tokens} tokens{(item.Text is not null && frame > 0 ? $" and {frame} for what is around it" : "")}, {room} were left"));
                if (source.IsContiguous)
                {
                    cut.Add(source);
                }
            }
            else
            {
                items.Add((source, item));
                room -= item.Tokens;
                if (item.Text is not null)
                {
                    // the first of them pays for what is around all of them
                    (room, frame) = (room - frame, 0);
                }
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
