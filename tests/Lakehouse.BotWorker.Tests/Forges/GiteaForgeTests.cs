using System.Net;
using Lakehouse.BotWorker.Forges;
using Lakehouse.BotWorker.Tests.Git;
using Lakehouse.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Lakehouse.BotWorker.Tests.Forges;

public sealed class GiteaForgeTests : IAsyncLifetime
{
    private const string Token = "hunter2-token";

    private readonly ForgeFixture _fixture = new();
    private StubServer _gitea = null!;
    private ServiceProvider _services = null!;
    private Func<HttpContext, Task> _answer = _ => Task.CompletedTask;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private string Origin => _fixture.Target.Beside("origin/team/product.git");

    public async ValueTask InitializeAsync()
    {
        _gitea = await StubServer.StartAsync((context, _) => _answer(context), Cancelled);
        TargetRepository.RunIn(_fixture.Target.Path, "init", "--quiet", "--bare", Origin);
        _fixture.Target.Run("remote", "add", "origin", Origin);
        Configure(new GiteaSettings(_gitea.Url, Token: Token));
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _gitea.DisposeAsync();
        _fixture.Dispose();
    }

    [Fact]
    public async Task Draft_is_pushed_and_opened_with_the_prefix()
    {
        var commit = await _fixture.CommitAsync(Cancelled);
        _answer = context => ReplyAsync(context, 201, Pull(7));

        var pull = await Forge().OpenDraftAsync(_fixture.Draft(), Cancelled);

        Assert.Equal(new PullRequest(7, "http://gitea/team/product/pulls/7", "WIP: Say hello", Mirror.Branch, true), pull);
        Assert.Equal(commit, TargetRepository.RunIn(Origin, "rev-parse", Mirror.Branch));
        var request = Assert.Single(_gitea.Requests);
        Assert.Equal(("POST", "/api/v1/repos/team/product/pulls"), (request.Method, request.PathAndQuery));
        Assert.Equal($"token {Token}", request.Headers["Authorization"]);
        Assert.Equal($$"""{"title":"WIP: Say hello","body":"## Gap\n\nSay hello\n","head":"{{Mirror.Branch}}","base":"main"}""", request.Body);
    }

    [Fact]
    public async Task Pull_request_that_exists_is_found_after_a_conflict()
    {
        await _fixture.CommitAsync(Cancelled);
        _answer = context => context.Request.Method == "POST"
            ? ReplyAsync(context, 409, """{"message": "pull request already exists for these targets"}""")
            : ReplyAsync(context, 200, context.Request.Query["page"] == "2" ? $"[{Pull(9)}]" : context.Request.Query["page"] == "1" ? $"[{Pull(8, "bot/other")}]" : "[]");

        var first = await Forge().OpenDraftAsync(_fixture.Draft(), Cancelled);
        var second = await Forge().OpenDraftAsync(_fixture.Draft(), Cancelled);

        Assert.Equal((9, first), (first.Number, second));
    }

    [Theory]
    [InlineData(401, "Bot:Gitea:Token")]
    [InlineData(403, "repository: read and write")]
    [InlineData(404, "team/product")]
    [InlineData(422, "base branch")]
    [InlineData(429, "try again later")]
    [InlineData(500, "the server failed")]
    [InlineData(302, "Bot:Gitea:Url")]
    public async Task Refusal_says_what_to_do_and_hides_the_token(int status, string advice)
    {
        await _fixture.CommitAsync(Cancelled);
        _answer = context => ReplyAsync(context, status, $$"""{"message": "no: {{Token}}"}""");

        var failure = await Assert.ThrowsAsync<ForgeException>(() => Forge().OpenDraftAsync(_fixture.Draft(), Cancelled));

        Assert.Contains($"({status})", failure.Message, StringComparison.Ordinal);
        Assert.Contains(advice, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Token, failure.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<html>not an api</html>")]
    [InlineData("null")]
    public async Task Reply_that_is_no_pull_request_is_an_error(string body)
    {
        await _fixture.CommitAsync(Cancelled);
        _answer = context => ReplyAsync(context, 201, body);

        await Assert.ThrowsAsync<ForgeException>(() => Forge().OpenDraftAsync(_fixture.Draft(), Cancelled));
    }

    [Fact]
    public async Task Server_that_is_away_is_an_error_that_names_it()
    {
        await _fixture.CommitAsync(Cancelled);
        var port = FreePort.Next();
        await ReconfigureAsync(new GiteaSettings($"http://127.0.0.1:{port}", Token: Token));

        var failure = await Assert.ThrowsAsync<ForgeException>(() => Forge().OpenDraftAsync(_fixture.Draft(), Cancelled));

        Assert.Contains($"127.0.0.1:{port} could not be reached", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_pull_request_is_preferred_to_a_closed_one()
    {
        _answer = context => ReplyAsync(context, 200, context.Request.Query["page"] == "1"
            ? $"[{Pull(12, state: "closed")}, {Pull(11)}, {Pull(13, "bot/other")}]"
            : "[]");

        Assert.Equal(11, (await Forge().FindAsync("bot/0123456789ab-", Cancelled))!.Number);
    }

    [Fact]
    public async Task Push_over_http_shows_the_token_in_a_header_only()
    {
        await _fixture.CommitAsync(Cancelled);
        _fixture.Target.Run("remote", "set-url", "origin", "https://somewhere.example/team/product.git");
        _answer = context => ReplyAsync(context, 403, "{}");

        var failure = await Assert.ThrowsAsync<ForgeException>(() => Forge().OpenDraftAsync(_fixture.Draft(), Cancelled));

        var request = _gitea.Requests.First();
        Assert.StartsWith("/team/product.git/info/refs?service=git-receive-pack", request.PathAndQuery, StringComparison.Ordinal);
        Assert.Equal("Basic " + Convert.ToBase64String("lakehouse-bot:hunter2-token"u8), request.Headers["Authorization"]);
        Assert.DoesNotContain(Token, failure.ToString(), StringComparison.Ordinal);
        Assert.Contains("could not be pushed", failure.Message, StringComparison.Ordinal);
    }

    private GiteaForge Forge() => (GiteaForge)_services.GetRequiredService<ForgeCatalog>().Get("gitea");

    private async Task ReconfigureAsync(GiteaSettings settings)
    {
        await _services.DisposeAsync();
        Configure(settings);
    }

    private void Configure(GiteaSettings settings) =>
        _services = new ServiceCollection().AddSingleton(TimeProvider.System).AddSingleton(_fixture.Settings(settings)).AddForges().BuildServiceProvider();

    private static async Task ReplyAsync(HttpContext context, int status, string body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        if (status == (int)HttpStatusCode.Found)
        {
            context.Response.Headers.Location = "http://127.0.0.1:1/elsewhere";
        }

        await context.Response.WriteAsync(body);
    }

    private static string Pull(int number, string branch = Mirror.Branch, string state = "open") =>
        $$$"""{"id": 1, "number": {{{number}}}, "html_url": "http://gitea/team/product/pulls/{{{number}}}", "title": "WIP: Say hello", "state": "{{{state}}}", "draft": true, "head": {"label": "x", "ref": "{{{branch}}}", "sha": "0"}, "base": {"ref": "main"}}""";
}
