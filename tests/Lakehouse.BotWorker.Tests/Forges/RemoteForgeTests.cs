using Lakehouse.BotWorker.Forges;
using Lakehouse.BotWorker.Tests.Git;
using Lakehouse.Testing;

namespace Lakehouse.BotWorker.Tests.Forges;

/// <summary>GitHub and Gitea alike, each against a server that speaks its API and takes pushes with git's own server.</summary>
public abstract class RemoteForgeTests(string kind, string section) : IAsyncLifetime
{
    private protected readonly ForgeFixture Fixture = new();
    private protected StubForge Server = null!;

    private protected static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Server = await StubForge.StartAsync(kind);
        Fixture.Target.Run("remote", "add", "origin", "git@somewhere.example:team/product.git");
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        Fixture.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Draft_is_pushed_over_http_and_opened()
    {
        var commit = await Fixture.CommitAsync(Cancelled);

        var pull = await Forge().OpenDraftAsync(Fixture.Draft(commit), Cancelled);

        var opened = Assert.Single(Server.Pulls);
        Assert.True(opened.Draft);
        Assert.Equal((kind == "gitea" ? "WIP: Say hello" : "Say hello", "## Gap\n\nSay hello\n", Mirror.Branch, "main"), (opened.Title, opened.Body, opened.Branch, opened.Base));
        Assert.Equal((1, true, Mirror.Branch, commit, StubForge.Account), (pull.Number, pull.Open, pull.Branch, pull.Head, pull.Author));
        Assert.Equal(commit, Server.Head(Mirror.Branch));
        Assert.All(Server.Requests, request => Assert.DoesNotContain(StubForge.Token, request.PathAndQuery + request.Body, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Draft_that_was_opened_before_is_found_and_not_doubled()
    {
        var commit = await Fixture.CommitAsync(Cancelled);

        var first = await Forge().OpenDraftAsync(Fixture.Draft(commit), Cancelled);
        var second = await Forge().OpenDraftAsync(Fixture.Draft(commit), Cancelled);

        Assert.Equal(first, second);
        Assert.Single(Server.Pulls);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(500)]
    [InlineData(502)]
    public async Task Pull_request_whose_answer_was_lost_is_found_and_not_doubled(int status)
    {
        var commit = await Fixture.CommitAsync(Cancelled);
        Server.LoseAnswer("POST /pulls", status);

        var pull = await Forge().OpenDraftAsync(Fixture.Draft(commit), Cancelled);

        Assert.Equal((1, Mirror.Branch), (pull.Number, pull.Branch));
        Assert.Single(Server.Pulls);
    }

    [Fact]
    public async Task Connection_that_breaks_off_before_anything_was_done_is_an_error_and_the_next_try_opens_one()
    {
        var commit = await Fixture.CommitAsync(Cancelled);
        Server.BreakOff("POST /pulls");

        var failure = await Assert.ThrowsAsync<ForgeException>(() => Forge().OpenDraftAsync(Fixture.Draft(commit), Cancelled));
        Assert.Contains("broke off", failure.Message, StringComparison.Ordinal);
        Assert.Empty(Server.Pulls);

        await Forge().OpenDraftAsync(Fixture.Draft(commit), Cancelled);
        Assert.Single(Server.Pulls);
    }

    [Fact]
    public async Task List_that_breaks_off_is_asked_for_once_more()
    {
        Server.Add("bot/0123456789ab-c");
        Server.BreakOff("GET /pulls");

        Assert.Single(await Forge().ListAsync("bot/", Cancelled));
    }

    [Theory]
    [InlineData(401, "make a new one and set {0}:Token")]
    [InlineData(403, "read and write")]
    [InlineData(404, "there is no team/product")]
    [InlineData(409, "enqueue the cycle again")]
    [InlineData(422, "base branch")]
    [InlineData(500, "the server failed")]
    [InlineData(302, "set {0}:Url")]
    public async Task Refusal_says_what_to_do_and_hides_the_token(int status, string advice)
    {
        var commit = await Fixture.CommitAsync(Cancelled);
        Server.Fail("POST /pulls", status, headers: ("Location", "http://127.0.0.1:1/elsewhere"));

        var failure = await Assert.ThrowsAsync<ForgeException>(() => Forge().OpenDraftAsync(Fixture.Draft(commit), Cancelled));

        Assert.Contains($"would not open a pull request ({status})", failure.Message, StringComparison.Ordinal);
        Assert.Contains(string.Format(advice, section), failure.Message, StringComparison.Ordinal);
        Assert.Contains("It says: no: ***", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(StubForge.Token, failure.ToString(), StringComparison.Ordinal);
        Assert.Empty(Server.Pulls);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(500)]
    public async Task Refusal_of_a_list_is_an_error_too(int status)
    {
        Server.Fail("GET /pulls", status, "<html>a proxy's page</html>");

        var failure = await Assert.ThrowsAsync<ForgeException>(() => Forge().ListAsync("bot/", Cancelled));

        Assert.Contains($"would not list pull requests ({status})", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Limit_that_is_over_soon_is_waited_for()
    {
        var commit = await Fixture.CommitAsync(Cancelled);
        Server.Fail("POST /pulls", 429, headers: ("Retry-After", "0"));

        await Forge().OpenDraftAsync(Fixture.Draft(commit), Cancelled);

        Assert.Single(Server.Pulls);
    }

    [Fact]
    public async Task Limit_that_lasts_is_an_error_that_says_until_when()
    {
        Server.Fail("GET /pulls", 429, headers: ("Retry-After", "120"));

        var failure = await Assert.ThrowsAsync<ForgeException>(() => Forge().ListAsync("bot/", Cancelled));

        Assert.Contains("(429): too many requests; try again later, in 120 seconds", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<html>not an api</html>")]
    [InlineData("null")]
    public async Task Reply_that_is_no_pull_request_is_an_error(string body)
    {
        var commit = await Fixture.CommitAsync(Cancelled);
        Server.Fail("POST /pulls", 201, body);

        var failure = await Assert.ThrowsAsync<ForgeException>(() => Forge().OpenDraftAsync(Fixture.Draft(commit), Cancelled));

        Assert.Contains("not what its API describes", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_that_is_away_is_an_error_that_names_it()
    {
        var port = FreePort.Next();

        var failure = await Assert.ThrowsAsync<ForgeException>(() => Forge(new RemoteSettings($"http://127.0.0.1:{port}", Token: StubForge.Token)).ListAsync("bot/", Cancelled));

        Assert.Contains($"127.0.0.1:{port} could not be reached", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Push_with_a_wrong_token_is_an_error_without_the_token()
    {
        var commit = await Fixture.CommitAsync(Cancelled);

        var failure = await Assert.ThrowsAsync<ForgeException>(() => Forge(new RemoteSettings(Server.Url, Token: "wrong-token")).OpenDraftAsync(Fixture.Draft(commit), Cancelled));

        Assert.Contains("could not be pushed", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-token", failure.ToString(), StringComparison.Ordinal);
        Assert.Null(Server.Head(Mirror.Branch));
    }

    [Fact]
    public async Task List_has_every_page_and_each_state_and_nothing_of_a_fork()
    {
        Server.LargestPage = 2;
        Server.Add("feature");
        Server.Add("bot/0123456789ab-1").Open = false;
        var merged = Server.Add("bot/0123456789ab-2");
        (merged.Open, merged.Merged) = (false, true);
        Server.Add("bot/0123456789ab-3", "mallory/product");
        Server.Add("bot/0123456789ab-4", repository: null);
        Server.Add("bot/ffffffffffff-5");
        Server.Add("bot/0123456789ab-6");

        var pulls = await Forge().ListAsync("bot/0123456789ab-", Cancelled);

        Assert.Equal([(7, PullRequestState.Open), (3, PullRequestState.Merged), (2, PullRequestState.Closed)], pulls.Select(pull => (pull.Number, pull.State)));
        // the branches are deleted, and still known by name
        Assert.Equal("bot/0123456789ab-2", pulls[1].Branch);
    }

    [Fact]
    public async Task Comments_of_all_kinds_are_read_with_who_may_write()
    {
        Server.LargestPage = 1;
        var pull = Server.Add(Mirror.Branch);
        Server.Say(pull, "alice", "first");
        Server.Say(pull, "mallory", "/redo all of it");
        Server.Say(pull, "alice", "not like this", "review", "CHANGES_REQUESTED");
        Server.Say(pull, "alice", "rename it", "line", path: "src/hello.txt");
        Server.Say(pull, "mallory", "fine", "review", "APPROVED");
        Server.Say(pull, "alice", "not sent yet", "review", "PENDING");

        var comments = await Forge().CommentsAsync((await Forge().ListAsync("bot/", Cancelled))[0], Cancelled);

        Assert.Equal(
            [("alice", "first", true, null, null), ("mallory", "/redo all of it", false, null, null), ("alice", "not like this", true, "changes requested", null), ("alice", "rename it", true, null, "src/hello.txt"), ("mallory", "fine", false, "approved", null)],
            comments.Select(comment => (comment.Author, comment.Body, comment.MayWrite, comment.Verdict, comment.Path)));
        Assert.Equal(comments.Select(comment => comment.At).Order(), comments.Select(comment => comment.At));
    }

    [Fact]
    public async Task Update_adds_a_commit_and_writes_title_and_body_anew()
    {
        var first = await Fixture.CommitAsync(Cancelled);
        var pull = await Forge().OpenDraftAsync(Fixture.Draft(first), Cancelled);
        var second = await Fixture.CommitAsync(Cancelled, "bot/0123456789ab-second", "hello again\n", onTopOf: first);

        var updated = await Forge().UpdateAsync(pull.Number, Fixture.Draft(second) with { Title = "Say hello again", Body = "new" }, Cancelled);

        Assert.Equal((1, second), (updated.Number, updated.Head));
        var known = Assert.Single(Server.Pulls);
        Assert.Equal((kind == "gitea" ? "WIP: Say hello again" : "Say hello again", "new", true), (known.Title, known.Body, known.Draft));
        Assert.Equal($"{second}\n{first}\n{Fixture.Target.Run("rev-parse", "HEAD")}", TargetRepository.RunIn(Server.Folder, "rev-list", Mirror.Branch));
        Assert.Null(Server.Head("bot/0123456789ab-second"));
    }

    [Fact]
    public async Task Update_never_overwrites_what_a_person_pushed()
    {
        var first = await Fixture.CommitAsync(Cancelled);
        var pull = await Forge().OpenDraftAsync(Fixture.Draft(first), Cancelled);
        var person = PersonPushes();
        var second = await Fixture.CommitAsync(Cancelled, "bot/0123456789ab-second", "hello again\n", onTopOf: first);

        var failure = await Assert.ThrowsAsync<ForgeException>(() => Forge().UpdateAsync(pull.Number, Fixture.Draft(second), Cancelled));

        Assert.True(failure.BranchMoved);
        Assert.Equal(person, Server.Head(Mirror.Branch));
    }

    [Fact]
    public async Task Branch_is_fetched_into_a_mirror_that_does_not_have_it()
    {
        var commit = await Fixture.CommitAsync(Cancelled);
        var pull = await Forge().OpenDraftAsync(Fixture.Draft(commit), Cancelled);
        var empty = new Lakehouse.BotWorker.Git.GitMirror(Fixture.Target.Beside("empty.git"));
        await empty.InitializeAsync(Cancelled);

        await Forge().FetchAsync(empty, pull, Cancelled);

        Assert.True(await empty.HasCommitAsync(commit, Cancelled));
        Assert.Null(await empty.BranchShaAsync(pull.Branch, Cancelled));
    }

    [Fact]
    public async Task Label_is_made_when_it_is_not_there_and_set_once()
    {
        var commit = await Fixture.CommitAsync(Cancelled);
        var pull = await Forge().OpenDraftAsync(Fixture.Draft(commit), Cancelled);

        await Forge().LabelAsync(pull, "lakehouse-bot", Cancelled);
        await Forge().LabelAsync(pull, "lakehouse-bot", Cancelled);

        Assert.Equal(["lakehouse-bot"], Server.Pulls[0].Labels);
    }

    private protected IForge Forge(RemoteSettings? settings = null) => Fixture.Forge(kind, settings ?? new RemoteSettings(Server.Url, Token: StubForge.Token));

    /// <returns>The commit that the branch stands at now.</returns>
    private string PersonPushes()
    {
        var clone = Fixture.Target.Beside("clone");
        TargetRepository.RunIn(Fixture.Target.Path, "clone", "--quiet", "--branch", Mirror.Branch, Server.Folder, clone);
        File.WriteAllText(Path.Combine(clone, "src/hello.txt"), "by hand\n");
        TargetRepository.RunIn(clone, "-c", "user.name=Alice", "-c", "user.email=alice@example.invalid", "commit", "--quiet", "--all", "--message", "By hand");
        TargetRepository.RunIn(clone, "push", "--quiet", "origin", "HEAD");
        return TargetRepository.RunIn(clone, "rev-parse", "HEAD");
    }
}
