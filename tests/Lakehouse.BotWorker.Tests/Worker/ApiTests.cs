using System.Net;
using System.Text;
using System.Text.Json;
using Lakehouse.BotWorker.Cycles;
using Lakehouse.Testing;
using Microsoft.Extensions.Options;

namespace Lakehouse.BotWorker.Tests.Worker;

public sealed class ApiTests(TestPostgres postgres)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("""{"gap_id":5}""", "gap_id")]
    [InlineData("""{"gap_id":"../../etc"}""", "gap_id")]
    [InlineData("""{"gap_id":"000000000000"}""", "gap_id")]
    [InlineData("""{"depth":"deep"}""", "depth")]
    [InlineData("""{"depth":0}""", "depth")]
    [InlineData("""{"gap":"x"}""", "gap")]
    [InlineData("[]", "body")]
    [InlineData("{", "body")]
    public async Task Bad_input_is_400_and_names_the_field(string body, string field)
    {
        await using var worker = (await WorkerHost.CreateAsync(postgres)).Start();
        using var content = new StringContent(body, Encoding.UTF8, "application/json");

        using var response = await worker.Http.PostAsync("api/cycles", content, Cancelled);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var problem = JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync(Cancelled));
        Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _), problem.ToString());
        Assert.Equal("[]", await worker.Http.GetStringAsync("api/cycles", Cancelled));
    }

    [Fact]
    public async Task Depth_list_only_lists()
    {
        await using var worker = (await WorkerHost.CreateAsync(postgres)).Start();
        await worker.Target.WriteAsync("bot.paused", "");

        var view = await worker.RunAsync(new { depth = "list" });

        Assert.True(view.Cycle.DryRun);
        Assert.Contains(view.Log, line => line.Line.Contains(WorkerTarget.GapLine, StringComparison.Ordinal));
        Assert.Empty(worker.Gateway.Calls);
    }

    [Fact]
    public async Task Depth_propose_pays_and_judges_but_stays_out_of_history_events_and_forge()
    {
        await using var worker = (await WorkerHost.CreateAsync(postgres)).Start();

        var dry = await worker.RunAsync(new { gap_id = WorkerTarget.GapId, depth = "propose" });
        var full = await worker.RunAsync(new { gap_id = WorkerTarget.GapId });

        Assert.Equal((CycleOutcome.Ok, true), (dry.Cycle.Outcome, dry.Cycle.DryRun));
        Assert.Null(dry.Cycle.Tests);
        Assert.Empty(full.Cycle.History);
        await worker.EventAsync(full.Cycle.CycleId);
        Assert.DoesNotContain(worker.Events, sent => sent.GetProperty("cycle_id").GetString() == dry.Cycle.CycleId);
        Assert.True((await worker.ResultFileAsync(dry.Cycle.CycleId)).GetProperty("cycle").GetProperty("dry_run").GetBoolean());
        Assert.Single(worker.LocalPulls());
    }

    [Fact]
    public async Task Gaps_tell_their_last_outcome()
    {
        await using var worker = (await WorkerHost.CreateAsync(postgres)).Start();
        var view = await worker.RunAsync(new { gap_id = WorkerTarget.GapId });

        var gaps = JsonSerializer.Deserialize<JsonElement>(await worker.Http.GetStringAsync("api/gaps", Cancelled));

        Assert.Equal((WorkerTarget.GapId, "ok", view.Cycle.PrUrl), (gaps[0].GetProperty("gap_id").GetString(), gaps[0].GetProperty("last_outcome").GetString(), gaps[0].GetProperty("pr_url").GetString()));
        Assert.Equal(JsonValueKind.Null, gaps[1].GetProperty("last_outcome").ValueKind);
    }

    [Fact]
    public async Task Cycle_that_does_not_exist_is_404()
    {
        await using var worker = (await WorkerHost.CreateAsync(postgres)).Start();

        using var response = await worker.Http.GetAsync("api/cycles/20260101T000000Z-aaaaaa", Cancelled);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task Health_knows_the_database()
    {
        await using var worker = (await WorkerHost.CreateAsync(postgres)).Start();

        Assert.Contains("\"postgres\":{\"status\":\"healthy\"", await worker.Http.GetStringAsync("health", Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bad_options_are_all_reported_at_once_and_the_worker_does_not_start()
    {
        await using var worker = await WorkerHost.CreateAsync(postgres);
        worker.Settings["Bot:TargetRepository"] = "relative";
        worker.Settings["Bot:Forge"] = "gitlab";
        worker.Settings["Bot:MaxTokens"] = "10";
        worker.Settings["Bot:History"] = "6";
        worker.Settings["Bot:ApiKey"] = "short";
        worker.Settings["Bot:TestCommand"] = "sh -c 'open";

        var refusal = Assert.Throws<OptionsValidationException>(() => worker.Start());

        Assert.Equal(6, refusal.Failures.Count());
        Assert.All(["Bot:TargetRepository is 'relative'", "Bot:Forge is 'gitlab'; accepted is local or gitea", "Bot:MaxTokens is '10'", "Bot:History is '6'; accepted is a number from 0 to 5", "Bot:ApiKey is '(hidden)'", "Bot:TestCommand is 'sh -c 'open'; accepted is one line"], text => Assert.Contains(text, refusal.Message, StringComparison.Ordinal));
    }
}
