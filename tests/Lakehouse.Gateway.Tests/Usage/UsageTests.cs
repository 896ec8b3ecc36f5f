using System.Net;
using System.Text.Json.Nodes;
using Lakehouse.Testing;

namespace Lakehouse.Gateway.Tests.Usage;

public sealed class UsageTests(TestPostgres postgres)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Totals_and_groups_count_each_consumers_calls()
    {
        await using var model = await OllamaStub.StartAsync();
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url);
        using var bot = gateway.As(GatewayApp.BotKey);
        using var local = gateway.As(null);
        var proposal = Calls.Hello();
        proposal["task_class"] = "bot.proposal";
        using var first = await bot.ChatAsync(proposal);
        using var second = await bot.ChatAsync(Calls.Hello());
        using var third = await local.ChatAsync(Calls.Hello("ollama/scripted"));

        var usage = await Eventually.GetAsync(() => bot.GetJsonAsync("/v1/usage?group_by=consumer,task_class"), answer => answer["totals"]!["requests"]!.GetValue<long>() == 3, Cancelled);

        Assert.Equal(54, usage["totals"]!["total_tokens"]!.GetValue<long>());
        Assert.Equal(["bot/bot.proposal 1", "bot/ 1", "local/ 1"], usage["groups"]!.AsArray().Select(group =>
            $"{group!["key"]!["consumer"]}/{group["key"]!["task_class"]} {group["totals"]!["requests"]}"));
        Assert.Equal(2, (await bot.GetJsonAsync("/v1/usage?consumer=bot"))["totals"]!["calls"]!.GetValue<long>());
        Assert.Equal(0, (await bot.GetJsonAsync("/v1/usage?until=2020-01-01"))["totals"]!["calls"]!.GetValue<long>());
        foreach (var group in new[] { "provider", "model", "session", "day", "hour" })
        {
            Assert.Single((await bot.GetJsonAsync($"/v1/usage?group_by={group}"))["groups"]!.AsArray());
        }
    }

    [Theory]
    [InlineData("group_by=colour", "group_by")]
    [InlineData("since=yesterday", "since")]
    [InlineData("colour=red", "colour")]
    [InlineData("consumer=%00", "consumer")]
    [InlineData("task_class=a%00b", "task_class")]
    [InlineData("group_by=%00", "group_by")]
    public async Task Bad_parameter_is_named(string query, string param)
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1");
        using var client = gateway.As(null);

        using var response = await client.GetAsync($"/v1/usage?{query}", Cancelled);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(param, (await response.JsonAsync())["error"]!["param"]!.ToString());
    }

    [Fact]
    public async Task Reply_without_usage_is_guessed_for_the_report_and_charged_at_its_bound()
    {
        await using var model = await OllamaStub.StartAsync((context, _) => OllamaStub.LinesAsync(context, OllamaStub.Whole("Hello", 0, 0)));
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url);
        using var bot = gateway.As(GatewayApp.BotKey);

        using var response = await bot.ChatAsync(Calls.Hello());

        Assert.True((await response.JsonAsync())["usage"]!["estimated"]!.GetValue<bool>());
        var charged = (await bot.GetJsonAsync("/v1/budgets/bot"))["used"]!["tokens"]!.GetValue<long>();
        Assert.True(charged >= 50 + 16 + "Say hello.".Length, $"{charged}");
    }

    [Fact]
    public async Task Unknown_consumer_has_no_budget()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1");
        using var client = gateway.As(null);

        using var response = await client.GetAsync("/v1/budgets/nobody", Cancelled);

        Assert.Equal((HttpStatusCode.NotFound, "consumer_not_found"), (response.StatusCode, await response.ErrorCodeAsync()));
    }
}
