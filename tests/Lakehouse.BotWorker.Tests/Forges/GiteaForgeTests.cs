using Lakehouse.BotWorker.Forges;
using Lakehouse.BotWorker.Tests.Git;

namespace Lakehouse.BotWorker.Tests.Forges;

public sealed class GiteaForgeTests() : RemoteForgeTests("gitea", "Bot:Gitea")
{
    [Fact]
    public async Task Label_that_the_repository_has_is_used()
    {
        Server.Labels["other"] = 3;
        Server.Labels["lakehouse-bot"] = 5;
        var commit = await Fixture.CommitAsync(Cancelled);

        await Forge().LabelAsync(await Forge().OpenDraftAsync(Fixture.Draft(commit), Cancelled), "lakehouse-bot", Cancelled);

        Assert.Equal(["lakehouse-bot"], Server.Pulls[0].Labels);
        Assert.Equal(2, Server.Labels.Count);
    }

    [Fact]
    public async Task Remote_that_is_a_folder_is_pushed_to_without_a_token()
    {
        var origin = Fixture.Target.Beside("origin/team/product.git");
        TargetRepository.RunIn(Fixture.Target.Path, "clone", "--quiet", "--bare", Fixture.Target.Path, origin);
        TargetRepository.RunIn(Fixture.Target.Path, "remote", "set-url", "origin", origin);
        var commit = await Fixture.CommitAsync(Cancelled);
        Server.Fail("POST /pulls", 201, """{"number":7,"html_url":"http://x/7","title":"t","state":"open","head":{"label":"b","sha":"0"}}""");

        Assert.Equal(7, (await Forge().OpenDraftAsync(Fixture.Draft(commit), Cancelled)).Number);

        Assert.Equal(commit, TargetRepository.RunIn(origin, "rev-parse", Mirror.Branch));
        Assert.DoesNotContain(Server.Requests, request => request.PathAndQuery.Contains(".git", StringComparison.Ordinal));
    }
}
