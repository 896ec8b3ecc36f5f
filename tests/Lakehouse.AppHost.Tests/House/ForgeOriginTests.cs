using Lakehouse.AppHost.Demo;
using Lakehouse.AppHost.Engines;
using Lakehouse.AppHost.House;
using Lakehouse.Testing;
using Microsoft.Extensions.Configuration;

namespace Lakehouse.AppHost.Tests.House;

public sealed class ForgeOriginTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("github", null, "Lakehouse:GitHub:Owner and Lakehouse:GitHub:Repository are not set, and FOLDER has no remote 'origin' that would tell.")]
    [InlineData("gitea", "git@git.example:team/product.git", "Lakehouse:Gitea:Url is not set, and the remote 'origin' of FOLDER does not tell.")]
    [InlineData("github", "https://git.example/team/product.git", "Lakehouse:GitHub:Url is not set, and the remote 'origin' of FOLDER does not tell.")]
    [InlineData("github", "https://github.com/product.git", "Lakehouse:GitHub:Owner is not set, and the remote 'origin' of FOLDER does not tell.")]
    public async Task What_neither_settings_nor_origin_tell_is_named(string forge, string? origin, string says)
    {
        await MakeTargetAsync(origin);

        var refusal = await Assert.ThrowsAsync<EngineException>(() => RequireAsync(("Lakehouse:Forge", forge), ("Lakehouse:Target", _folder.Path)));

        Assert.StartsWith(says.Replace("FOLDER", _folder.Path, StringComparison.Ordinal), refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("local", null)]
    [InlineData("github", "git@github.com:team/product.git")]
    [InlineData("gitea", "https://git.example/sub/team/product.git")]
    public async Task What_origin_tells_need_not_be_set(string forge, string? origin)
    {
        await MakeTargetAsync(origin);

        await RequireAsync(("Lakehouse:Forge", forge), ("Lakehouse:Target", _folder.Path));
    }

    [Fact]
    public async Task What_is_set_by_either_name_needs_no_origin_and_the_demo_has_none()
    {
        await RequireAsync(("Lakehouse:Forge", "github"), ("Lakehouse:GitHub:Owner", "team"), ("Bot:GitHub:Repository", "product"));

        var refusal = await Assert.ThrowsAsync<EngineException>(() => RequireAsync(("Lakehouse:Forge", "github"), ("Lakehouse:GitHub:Owner", "team")));
        Assert.Contains("Lakehouse:GitHub:Repository is not set, and the demo has no remote", refusal.Message, StringComparison.Ordinal);
    }

    private async Task MakeTargetAsync(string? origin)
    {
        await DemoGit.RunAsync(_folder.Path, ["init", "--quiet"], TestContext.Current.CancellationToken);
        if (origin is not null)
        {
            await DemoGit.RunAsync(_folder.Path, ["remote", "add", "origin", origin], TestContext.Current.CancellationToken);
        }
    }

    private static Task RequireAsync(params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(setting => setting.Key, setting => (string?)setting.Value)).Build();
        return ForgeOrigin.RequireAsync(HouseOptions.Read(configuration), configuration);
    }
}
