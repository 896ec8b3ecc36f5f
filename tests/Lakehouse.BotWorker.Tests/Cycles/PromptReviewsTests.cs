using Lakehouse.BotWorker.Cycles.PullRequests;
using Lakehouse.BotWorker.Forges;

namespace Lakehouse.BotWorker.Tests.Cycles;

public sealed class PromptReviewsTests
{
    private static readonly DateTimeOffset At = new(2026, 4, 22, 5, 15, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(true, "earlier proposal,reviews,request")]
    [InlineData(false, "request")]
    public void Past_is_told_where_it_is_wanted_and_what_a_person_asks_for_today_always(bool past, string parts)
    {
        var pulls = new GapPulls(
            Update: null, new AskedCommand(CommentCommand.Redo, "alice", "use a table", At), [new ReviewedPull(1, PullRequestState.Closed, [new ReviewNote("alice", At, "too long", null, null)])], "diff", At);

        Assert.Equal(parts, string.Join(',', PromptReviews.Of(pulls, past).Select(part => part.Name)));
    }
}
