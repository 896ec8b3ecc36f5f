using System.Globalization;
using Lakehouse.Gateway.Context;

namespace Lakehouse.Gateway.Knowledge.Playbooks;

/// <summary>What worked before on a task of this class, about this, in this place; and what did not.</summary>
internal sealed class PlaybookContext(PlaybookFinder finder, PlaybookEcho echo, TimeProvider time) : IContextSource
{
    private const int MostItems = 10;

    /// <summary>Below this it is about something else, or too long ago.</summary>
    private const double LeastScore = 0.1;

    /// <summary>The same where only words were asked, and any playbook may share one by chance.</summary>
    private const double LeastByWords = 0.3;

    public string Name => "playbooks";

    public bool IsContiguous => false;

    public async Task<ContextFindings> FindAsync(ContextQuestion question, CancellationToken cancellationToken)
    {
        if (question is { TaskClass: null, Query: null, City: null, State: null })
        {
            return new([], "no task_class, query or place was given");
        }

        var asked = new PlaybookQuestion(null, question.TaskClass, question.City, question.State, question.Role, question.Query, time.GetUtcNow());
        var found = await finder.FindAsync(asked, cancellationToken);
        var floor = question.Profiles.Retrieval.Floor ?? (asked.IsNarrow ? LeastScore : LeastByWords);
        var near = found.Matched.Select(playbook => (playbook.Playbook, Item: Item(playbook, question))).Where(one => one.Item.Score >= floor)
            .OrderByDescending(one => one.Item.Score).Take(question.Profiles.Retrieval.Limit ?? MostItems).ToList();
        await echo.NoteAsync(question.Consumer, question.DryRun ? [] : near.Select(one => one.Playbook), cancellationToken);
        return new([.. near.Select(one => one.Item)], near.Count > 0 ? null
            : found.Sources == 0 ? "no playbook is of this task and place"
            : found.Matched.Count == 0 ? $"{found.Sources} playbooks are of this task and place, none of the role and usable"
            : $"none of {found.Matched.Count} playbooks is near enough");
    }

    private static ContextItem Item(FoundPlaybook found, ContextQuestion question)
    {
        var playbook = found.Playbook;
        var score = found.Similarity * PlaybookWeight.Fading(found.AgeDays, playbook.Harmful);
        return new(playbook.Id, "playbook", playbook.Told, null, Reason(found, question), Math.Round(score, 4), 0, (long)(found.AgeDays * 86_400));
    }

    private static string Reason(FoundPlaybook found, ContextQuestion question)
    {
        string?[] fits = [question.TaskClass, question.Role, question.City, question.State];
        var similar = question.Query is null ? "" : string.Create(CultureInfo.InvariantCulture, $"; {found.Similarity:P0} of the words are the same");
        return string.Create(CultureInfo.InvariantCulture, $"it is of {string.Join(", ", fits.Where(fit => fit is not null).DefaultIfEmpty("every task"))}{similar}; {found.AgeDays:0.#} days old; harmful {found.Playbook.Harmful} times");
    }
}
