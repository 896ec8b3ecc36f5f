using Lakehouse.BotWorker.Forges;
using Lakehouse.BotWorker.Forges.GitHub;

namespace Lakehouse.BotWorker.Tests.Forges;

public sealed class GitHubForgeTests() : RemoteForgeTests("github", "Bot:GitHub")
{
    [Fact]
    public async Task Repository_without_drafts_gets_a_title_that_says_so()
    {
        Server.HasDrafts = false;
        var commit = await Fixture.CommitAsync(Cancelled);

        var pull = await Forge().OpenDraftAsync(Fixture.Draft(commit), Cancelled);

        Assert.Equal(("WIP: Say hello", "WIP: Say hello", false), (pull.Title, Server.Pulls[0].Title, Server.Pulls[0].Draft));
    }

    [Fact]
    public async Task Update_of_one_that_a_person_marked_ready_says_in_the_title_that_it_is_not()
    {
        var first = await Fixture.CommitAsync(Cancelled);
        var pull = await Forge().OpenDraftAsync(Fixture.Draft(first), Cancelled);
        Server.Pulls[0].Draft = false;

        var updated = await Forge().UpdateAsync(pull.Number, Fixture.Draft(first), Cancelled);

        Assert.Equal("WIP: Say hello", updated.Title);
    }

    [Theory]
    [InlineData("""{"message":"You have exceeded a secondary rate limit. Please wait a few minutes before you try again."}""", null, null)]
    [InlineData("""{"message":"slow down"}""", "Retry-After", "60")]
    public async Task Secondary_limit_comes_as_403_and_is_no_question_of_permissions(string body, string? header, string? value)
    {
        Server.Fail("GET /pulls", 403, body, header is null ? [] : [(header, value!)]);

        var failure = await Assert.ThrowsAsync<ForgeException>(() => Forge().ListAsync("bot/", Cancelled));

        Assert.Contains("(403): too many requests; try again later, in 60 seconds", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Primary_limit_that_has_been_reset_is_asked_again()
    {
        Server.Fail("GET /pulls", 403, "{}", ("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1000"));

        Assert.Empty(await Forge().ListAsync("bot/", Cancelled));
    }

    [Fact]
    public async Task Member_may_write_and_contributor_and_app_are_told_apart()
    {
        var pull = Server.Add(Git.Mirror.Branch);
        Server.Say(pull, "member", "a");
        Server.Say(pull, "contributor", "b");
        Server.Say(pull, "alice", "c", app: true);

        var comments = await Forge().CommentsAsync((await Forge().ListAsync("bot/", Cancelled))[0], Cancelled);

        Assert.Equal([(true, false), (false, false), (true, true)], comments.Select(comment => (comment.MayWrite, comment.Machine)));
    }

    [Theory]
    [InlineData(null, "https://github.com/team/product.git", "https://api.github.com/repos/team/product", "https://github.com/team/product.git")]
    [InlineData(null, "git@github.com:team/product.git", "https://api.github.com/repos/team/product", "https://github.com/team/product.git")]
    [InlineData("https://ghe.example/api/v3/", "https://ghe.example/team/product", "https://ghe.example/api/v3/repos/team/product", "https://ghe.example/team/product.git")]
    [InlineData("https://api.corp.ghe.com", "https://corp.ghe.com/team/product.git", "https://api.corp.ghe.com/repos/team/product", "https://corp.ghe.com/team/product.git")]
    [InlineData("https://api.github.com", "https://evil.example/team/product.git", "https://api.github.com/repos/team/product", "https://github.com/team/product.git")]
    public void Address_of_the_api_tells_where_git_is(string? url, string origin, string api, string push)
    {
        var target = GitHubForge.Resolve(new RemoteSettings(url), origin);

        Assert.Equal((api, push), (target.RepositoryApi, target.PushUrl));
    }

    [Theory]
    [InlineData("https://ghe.example/team/product.git", "https://ghe.example/api/v3")]
    [InlineData(null, "Bot:GitHub:Owner")]
    public void What_is_missing_is_named(string? origin, string problem)
    {
        var failure = Assert.Throws<ForgeException>(() => GitHubForge.Resolve(new RemoteSettings(), origin));

        Assert.Contains(problem, failure.Message, StringComparison.Ordinal);
    }
}
