using System.Text.Json;
using Lakehouse.BotWorker.Cycles;
using Lakehouse.BotWorker.Judgement;
using Lakehouse.BotWorker.Tests.Worker;
using static Lakehouse.BotWorker.Tests.Judgement.SampleWorker;

namespace Lakehouse.BotWorker.Tests.Judgement;

/// <summary>Whole cycles on a repository with <c>node --test</c>.</summary>
public sealed class NodeTargetTests(NodeWorker sample) : IClassFixture<NodeWorker>
{
    private const string Kilogram = "return Math.ceil(grams / 1000) * zones[zone];";
    private const string Started = "test('is per started kilogram', () => {";

    [Fact]
    public async Task Green_change_lands_beside_what_the_base_commit_gave()
    {
        var view = await sample.RunAsync("Zone names", Price("unknown zone ${zone}", "unknown zone ${zone}", "const { zones } = require('./zones');", "const { zones } = require('./zones'); // as they are written"));

        Ends(view, CycleOutcome.Ok);
        Assert.Equal((3, 3, "npm test"), (view.Cycle.Baseline!.Tests.Passed, view.Cycle.Tests!.Passed, view.Cycle.TestCommand));
        Assert.Empty(view.Cycle.WeakenedTests);
        Assert.Contains("**Tests before**, on `", await sample.Host.PullBodyAsync(view), StringComparison.Ordinal);
    }

    [Fact]
    public async Task New_failure_goes_back_to_the_model_which_repairs_it()
    {
        var view = await sample.RunAsync("Free weight", Price(Kilogram, "return Math.round(grams / 1000) * zones[zone];"), Price(Kilogram, "return Math.ceil(Math.max(1, grams - 100) / 1000) * zones[zone];"), Price(Kilogram, "return Math.max(1, Math.ceil((grams - 0) / 1000)) * zones[zone];"));

        Ends(view, CycleOutcome.Ok);
        var tries = view.Cycle.Tries;
        Assert.Equal([CycleOutcome.TestsFailed, CycleOutcome.TestsFailed, CycleOutcome.Ok], tries.Select(attempt => attempt.Outcome!.Value));
        Assert.Contains("price > is per started kilogram", tries[0].Reason!, StringComparison.Ordinal);
        Assert.Equal(new CycleSpend(3, 3 * 321, 3 * 45, 3 * 1234567), view.Cycle.Spent);
        Assert.Contains("cycle.propose 3", view.Steps.Select(step => step.Name));

        var messages = JsonSerializer.Deserialize<JsonElement>(sample.Host.Gateway.Calls.Last().Body).GetProperty("messages");
        Assert.Equal(["system", "user", "assistant", "user"], messages.EnumerateArray().Select(message => message.GetProperty("role").GetString()));
        var feedback = messages[3].GetProperty("content").GetString()!;
        Assert.Contains("not ok 1 - is per started kilogram", feedback, StringComparison.Ordinal);
        Assert.DoesNotContain(view.Cycle.CycleId, feedback, StringComparison.Ordinal);
        Assert.DoesNotContain(sample.Host.DataFolder, feedback, StringComparison.Ordinal);

        var body = await sample.Host.PullBodyAsync(view);
        Assert.Contains("**Tries in this cycle** 3 calls, 963 + 135 tokens, 0.003704 USD in all", body, StringComparison.Ordinal);
        Assert.Contains("- 1: gpt-oss:120b, 321 + 45 tokens, 0.001235 USD; tests_failed: ", body, StringComparison.Ordinal);
        var sent = await sample.Host.EventAsync(view.Cycle.CycleId);
        Assert.Equal((963, 3703701), (sent.GetProperty("prompt_tokens").GetInt64(), sent.GetProperty("cost_nano_usd").GetInt64()));
    }

    [Fact]
    public async Task Old_failure_is_kept_and_not_blamed_on_the_change_while_a_new_one_is()
    {
        await sample.Host.Target.WriteAsync("test/old.test.js", "require('node:test')('was red before', () => { throw new Error('old'); });\n");
        await sample.Host.Target.CommitAsync("Break a test");
        try
        {
            var kept = await sample.RunAsync("Rounding", Price(Kilogram, "return Math.trunc(Math.ceil(grams / 1000) * zones[zone]);"));
            var worse = await sample.RunAsync("Bulky", Price(Kilogram, "return 1;"), """{"cannot": "the old test is red"}""");

            Ends(kept, CycleOutcome.Ok);
            Assert.Equal((false, true), (kept.Cycle.Tests!.Green, kept.Cycle.Tests.OnlyOldFailures));
            Assert.Equal(["was red before"], kept.Cycle.Comparison!.Old);
            Assert.Contains("**Old failures kept** The tests are red, as they are without this change: `was red before`", await sample.Host.PullBodyAsync(kept), StringComparison.Ordinal);
            Ends(worse, CycleOutcome.TestsFailed);
            Assert.True(worse.Cycle.Baseline!.Reused);
            Assert.DoesNotContain("was red before", worse.Cycle.Comparison!.New);
            Assert.Contains("price > is per started kilogram", worse.Cycle.Comparison.New);
            Assert.Contains("brought no other proposal: The model says that it cannot: the old test is red", worse.Cycle.Reason!, StringComparison.Ordinal);
            Assert.Contains("These fail without your files, too", sample.Host.Gateway.Calls.Last().Body, StringComparison.Ordinal);
        }
        finally
        {
            await sample.Host.Target.GitAsync("rm", "--quiet", "test/old.test.js");
            await sample.Host.Target.CommitAsync("Remove the broken test");
        }
    }

    [Fact]
    public async Task Weakened_test_is_flagged_in_the_result_the_pull_request_and_the_page()
    {
        var tests = sample.Read("test/price.test.js").Replace(Started + "\n    assert.equal(price({ grams: 1, zone: 'home' }), 390);", Started, StringComparison.Ordinal)
            .Replace("test('refuses", "test.skip('refuses", StringComparison.Ordinal);

        var view = await sample.RunAsync("Tracking", StubGateway.Files("Track", ("src/price.js", sample.Read("src/price.js").Replace(Kilogram, "return 0 || " + Kilogram[7..], StringComparison.Ordinal), false), ("test/price.test.js", tests, false)));

        Ends(view, CycleOutcome.Ok);
        Assert.Equal([Weakening.AssertsRemoved, Weakening.TestAndCode, Weakening.TestDisabled, Weakening.FewerTests], view.Cycle.WeakenedTests.Select(found => found.Kind));
        var body = await sample.Host.PullBodyAsync(view);
        var page = await sample.Host.Http.GetStringAsync($"api/cycles/{view.Cycle.CycleId}/fragment", TestContext.Current.CancellationToken);
        Assert.Contains("- asserts_removed `test/price.test.js`: `test 'is per started kilogram' had 3 checks and has 2`", body, StringComparison.Ordinal);
        Assert.Contains("asserts_removed test/price.test.js: test &#x27;is per started kilogram&#x27; had 3 checks and has 2", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Flaky_test_gets_one_more_run_and_is_named()
    {
        const string Flaky = "const { test } = require('node:test');\nconst fs = require('node:fs');\ntest('sometimes', () => { if (!fs.existsSync('ran')) { fs.writeFileSync('ran', ''); throw new Error('not now'); } });\n";

        var view = await sample.RunAsync("Labels", StubGateway.Files("Labels", ("test/label.test.js", Flaky, true)));

        Ends(view, CycleOutcome.Ok);
        Assert.True(view.Cycle.Tests!.Green);
        Assert.Equal(["sometimes"], view.Cycle.Tests.FlakyTests);
        Assert.Contains("**Flaky** red at first, green when run once more: `sometimes`", await sample.Host.PullBodyAsync(view), StringComparison.Ordinal);
        Assert.Single(view.Cycle.Tries);
    }

    [Fact]
    public async Task Nothing_to_do_is_a_result_in_whatever_words()
    {
        var view = await sample.RunAsync("Kilograms", "Nothing to do: kilograms are grams already.");

        Ends(view, CycleOutcome.CycleNoop);
        Assert.Equal((EndCode.NothingToDo, "The model says that nothing is to be done: Nothing to do: kilograms are grams already."), (view.Cycle.Code, view.Cycle.Reason));
    }

    private string Price(params string[] replacements)
    {
        var text = sample.Read("src/price.js");
        for (var i = 0; i < replacements.Length; i += 2)
        {
            text = text.Replace(replacements[i], replacements[i + 1], StringComparison.Ordinal);
        }

        return StubGateway.Files("Change the price", ("src/price.js", text, false));
    }
}
