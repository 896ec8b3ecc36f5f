using Lakehouse.BotWorker.Forges;
using Lakehouse.BotWorker.Forges.Gitea;
using Microsoft.Extensions.DependencyInjection;

namespace Lakehouse.BotWorker.Tests.Forges;

public sealed class GiteaTargetTests
{
    [Theory]
    [InlineData("https://git.example/team/product.git", "https://git.example/team/product.git")]
    [InlineData("https://user:secret@git.example:3000/team/product", "https://git.example:3000/team/product.git")]
    [InlineData("https://git.example/gitea/team/product.git", "https://git.example/gitea/team/product.git")]
    public void Origin_over_http_tells_everything(string origin, string push)
    {
        var target = GiteaForge.Resolve(new RemoteSettings(), origin);

        Assert.Equal(("team", "product", push, true), (target.Owner, target.Repository, target.PushUrl, target.PushNeedsCredential));
    }

    [Theory]
    [InlineData("git@git.example:team/product.git")]
    [InlineData("ssh://git@git.example:2222/team/product.git")]
    [InlineData("https://other.example/team/product.git")]
    public void Configured_server_is_where_the_token_goes_whatever_origin_says(string origin)
    {
        var target = GiteaForge.Resolve(new RemoteSettings("https://gitea.example/"), origin);

        Assert.Equal("https://gitea.example/team/product.git", target.PushUrl);
        Assert.Equal("https://gitea.example/api/v1/repos/team/product", target.RepositoryApi);
    }

    [Theory]
    [InlineData(null, null, "Bot:Gitea:Url")]
    [InlineData(null, "git@git.example:team/product.git", "Bot:Gitea:Url")]
    [InlineData("ftp://x", "git@git.example:team/product.git", "http or https")]
    [InlineData("http://x", null, "Bot:Gitea:Owner")]
    [InlineData("http://x", "git@git.example:product.git", "Bot:Gitea:Owner")]
    public void What_is_missing_is_named(string? url, string? origin, string problem)
    {
        var failure = Assert.Throws<ForgeException>(() => GiteaForge.Resolve(new RemoteSettings(url), origin));

        Assert.Contains(problem, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Unknown_forge_is_refused_with_the_known_ones()
    {
        using var services = new ServiceCollection().AddSingleton(TimeProvider.System).AddSingleton(new ForgeSettings("d", "http://x", "t", new RemoteSettings(), new RemoteSettings())).AddForges().BuildServiceProvider();

        var failure = Assert.Throws<InvalidOperationException>(() => services.GetRequiredService<ForgeCatalog>().Get("svn"));

        Assert.Contains("'svn'", failure.Message, StringComparison.Ordinal);
        Assert.Contains("gitea, github, local", failure.Message, StringComparison.Ordinal);
    }
}
