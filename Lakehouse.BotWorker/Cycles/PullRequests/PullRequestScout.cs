using System.Text.RegularExpressions;
using Lakehouse.BotWorker.Forges;
using Microsoft.Extensions.Options;

namespace Lakehouse.BotWorker.Cycles.PullRequests;

/// <summary>Reads the forge for a cycle: which pull requests a gap has, and what people said there. It writes nothing.</summary>
internal sealed partial class PullRequestScout(ForgeCatalog forges, CycleQueries queries, IOptions<BotOptions> options)
{
    public const string Prefix = "bot/";

    /// <summary>Earlier pull requests of one gap whose comments are read.</summary>
    private const int MostRead = 3;

    /// <summary>Gaps whose comments are read when the policy picks.</summary>
    private const int MostGaps = 10;

    public BotOptions Options => options.Value;

    public IForge Forge => forges.Get(Options.Forge);

    public async Task<ScoutReport> ReadAsync(string repository, string gapId, CancellationToken cancellationToken)
    {
        var all = await Forge.ListAsync(Prefix, cancellationToken);
        var mine = all.Where(pull => IsOf(gapId, pull)).ToList();
        var current = Current(mine);
        var talks = new List<PullRequestTalk>();
        foreach (var pull in mine.OrderByDescending(pull => pull.Number == current?.Number).Take(MostRead).OrderBy(pull => pull.Number))
        {
            talks.Add(await TalkAsync(pull, cancellationToken));
        }

        return new ScoutReport(
            current, talks, all.Count(pull => pull.Open && OwnBranch().IsMatch(pull.Branch)),
            mine.Count == 0 ? [] : await queries.CommittedAsync(repository, gapId, cancellationToken));
    }

    /// <summary>The first of these gaps that a comment asks to have proposed again; null when none does.</summary>
    public async Task<Gap?> FindRedoAsync(string repository, IReadOnlyList<Gap> gaps, CancellationToken cancellationToken)
    {
        var all = await Forge.ListAsync(Prefix, cancellationToken);
        var asked = gaps.Select(gap => (Gap: gap, Pull: Current([.. all.Where(pull => IsOf(gap.Id, pull))])))
            .Where(pair => pair.Pull is { State: not PullRequestState.Merged })
            .OrderByDescending(pair => pair.Pull!.Number)
            .Take(MostGaps);
        foreach (var (gap, pull) in asked)
        {
            var report = new ScoutReport(pull, [await TalkAsync(pull!, cancellationToken)], OpenOfBot: 0, await queries.CommittedAsync(repository, gap.Id, cancellationToken));
            // one that a person pushed to would be skipped each time, and keep the policy from all others
            if (report.Command is { Command: CommentCommand.Redo } && (!pull!.Open || report.MadeHead is not null))
            {
                return gap;
            }
        }

        return null;
    }

    /// <summary>The open one; else the latest.</summary>
    /// <param name="pulls">Of one gap, the newest first.</param>
    public static PullRequest? Current(IReadOnlyList<PullRequest> pulls) => pulls.FirstOrDefault(pull => pull.Open) ?? (pulls.Count > 0 ? pulls[0] : null);

    public static bool IsOf(string gapId, PullRequest pull) => pull.Branch.StartsWith($"{Prefix}{gapId}-", StringComparison.Ordinal);

    private async Task<PullRequestTalk> TalkAsync(PullRequest pull, CancellationToken cancellationToken)
    {
        var comments = await Forge.CommentsAsync(pull, cancellationToken);
        return new PullRequestTalk(pull, comments, [.. comments.Where(comment => Voices.IsHeard(pull, comment, Options.PersonalToken))]);
    }

    [GeneratedRegex("^bot/[0-9a-f]{12}-", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex OwnBranch();
}
