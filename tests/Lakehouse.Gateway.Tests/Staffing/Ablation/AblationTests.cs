using System.Text.Json.Nodes;
using Lakehouse.Gateway.Tests.Keys;
using Lakehouse.Testing;
using Lakehouse.Testing.Ablation;

namespace Lakehouse.Gateway.Tests.Staffing.Ablation;

/// <summary>What playbooks are worth, in small; the whole set is a run of the benchmarks.</summary>
public sealed class AblationTests(TestPostgres postgres)
{
    private const int Workers = 6_000;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Second_run_with_playbooks_takes_fewer_turns_and_tokens_and_fills_no_less()
    {
        await using var model = await ScriptedRecruiter.StartAsync(Cancelled);
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url, settings: KeyCalls.Settings(("Budgets:Consumers:bot:Calls", "10000"), ("Budgets:Consumers:bot:Tokens", "100000000")));
        using var bot = gateway.As(GatewayApp.BotKey);
        using var chief = gateway.As(KeyCalls.OperatorKey);
        await chief.OkAsync(HttpMethod.Post, StaffingCalls.Datasets, new JsonObject { ["workers"] = Workers, ["seed"] = 7 });
        await Eventually.GetAsync(async () => (await chief.GetJsonAsync(StaffingCalls.Datasets))["load"]!, load => load["status"]!.ToString() == "loaded", Cancelled);

        var result = await AblationRun.RunAsync(bot, [.. FillTask.All.Take(6), .. FillTask.All.Where(task => task.HasNobody)], Cancelled);

        AblationRound[] rounds = [result.WithoutFirst, result.WithoutSecond, result.WithFirst, result.WithSecond, result.BoostsOnly];
        // nobody there is said and not made up, whatever is known
        Assert.All(rounds, round => Assert.Equal(2, round.SaidNobody));
        Assert.All(rounds, round => Assert.Equal(round.Jobs, round.Sealed + round.SaidNobody + round.Failed));
        // without playbooks nothing is learnt
        Assert.Equal(result.WithoutFirst, result.WithoutSecond);
        Assert.True(result.WithSecond.Turns < result.WithFirst.Turns && result.WithSecond.Turns < result.WithoutSecond.Turns, $"{result}");
        Assert.True(result.WithSecond.Tokens < result.WithFirst.Tokens && result.WithSecond.Tokens < result.WithoutSecond.Tokens, $"{result}");
        Assert.True(result.WithSecond.Sealed >= result.WithoutSecond.Sealed, $"{result}");
        // the boost alone, with nothing in the prompt, helps too
        Assert.True(result.BoostsOnly.Turns < result.WithoutSecond.Turns, $"{result}");
    }
}
