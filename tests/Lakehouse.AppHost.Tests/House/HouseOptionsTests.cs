using Lakehouse.AppHost.Engines;
using Lakehouse.AppHost.House;
using Microsoft.Extensions.Configuration;

namespace Lakehouse.AppHost.Tests.House;

public sealed class HouseOptionsTests
{
    [Fact]
    public void Settings_of_a_forge_are_passed_on_by_the_workers_names()
    {
        var options = Read(("Forge", "GitHub"), ("GitHub:Token", " hunter2 "), ("GitHub:Owner", "team"), ("Gitea:Url", "https://git.example"), ("MostOpenPullRequests", "3"));

        Assert.Equal("github", options.Forge);
        Assert.Equal(
            ["GitHub:Owner=team", "GitHub:Token=hunter2", "Gitea:Url=https://git.example", "MostOpenPullRequests=3"],
            options.ForgeSettings.Select(setting => $"{setting.Key}={setting.Value}").Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("Forge", "sourceforge", "local, gitea or github")]
    [InlineData("GitHub:Url", "api.github.com", "Lakehouse:GitHub:Url is 'api.github.com'")]
    [InlineData("GitHub:Tokn", "x", "Lakehouse:GitHub:Token")]
    public void Wrong_setting_of_a_forge_is_named_with_what_is_accepted(string key, string value, string problem)
    {
        var refusal = Assert.Throws<EngineException>(() => Read((key, value)));

        Assert.Contains(problem, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("TestCommand", "'unclosed", "Lakehouse:TestCommand is ''unclosed'; accepted is one line that names a program and closes its quotes.")]
    [InlineData("TestCommand", "'' x", "Lakehouse:TestCommand is ''' x'; accepted is one line that names a program and closes its quotes.")]
    [InlineData("MostOpenPullRequests", "0", "Lakehouse:MostOpenPullRequests is '0'; accepted is a number from 1 to 100.")]
    [InlineData("MostOpenPullRequests", "many", "Lakehouse:MostOpenPullRequests is 'many'; accepted is a number from 1 to 100.")]
    [InlineData("PersonalToken", "yes", "Lakehouse:PersonalToken is 'yes'; accepted is true or false.")]
    public void Setting_that_the_worker_would_refuse_is_refused_under_the_name_that_was_typed(string key, string value, string problem)
    {
        var refusal = Assert.Throws<EngineException>(() => Read((key, value)));

        Assert.Equal(problem, refusal.Message);
    }

    private static HouseOptions Read(params (string Key, string Value)[] settings) => HouseOptions.Read(new ConfigurationBuilder()
        .AddInMemoryCollection(settings.ToDictionary(setting => $"Lakehouse:{setting.Key}", setting => (string?)setting.Value)).Build());
}
