using System.Net;
using System.Net.Http.Json;
using System.Runtime.Versioning;
using System.Text.Json.Nodes;
using Lakehouse.Testing;

namespace Lakehouse.SystemTests;

/// <summary>What a person does on the first day: start everything, enqueue cycles by hand, look at what came of them.</summary>
[SupportedOSPlatform("linux")]
public sealed class MainJobTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Demo_gaps_land_do_nothing_and_learn_from_failure_in_one_trace_each()
    {
        Linux.Only();
        using var folder = new TemporaryFolder();
        await using var telemetry = await OtlpReceiver.StartAsync(Cancelled);
        await using var house = await AppHostRun.Start("dotnet", [Built.Assembly("Lakehouse.AppHost")], folder.In("data"), telemetry.Environment).UntilUpAsync(Cancelled);
        using var worker = Http.Client(Origin(house.Printed("Bot page")));
        using var gateway = Http.Client(house.Printed("Gateway"));
        using var observer = Http.Client(house.Printed("Observer"));
        worker.DefaultRequestHeaders.Add("Origin", Origin(house.Printed("Bot page")));
        var gaps = (await GetAsync(worker, "/api/gaps")).AsArray().ToDictionary(gap => gap!["line"]!.ToString().Split(':')[0], gap => gap!["gap_id"]!.ToString(), StringComparer.Ordinal);
        Assert.Equal(3, gaps.Count);

        var landed = await RunAsync(worker, gaps["- Quarter hours"]);
        var nothing = await RunAsync(worker, gaps["- Forty hours"]);
        var failed = await RunAsync(worker, gaps["- Night shifts"]);
        var learned = await RunAsync(worker, gaps["- Night shifts"]);

        Assert.Equal(["ok", "cycle_noop", "tests_failed", "ok"], new[] { landed, nothing, failed, learned }.Select(cycle => cycle["outcome"]!.ToString()));
        await PullRequestIsADraftAsync(worker, landed);
        ResultIsStored(house, landed);
        await IsCountedOnceAsync(gateway, observer);
        await IsRememberedAsync(gateway, landed, failed, learned);
        await IsOneTraceAsync(telemetry, landed["trace_id"]!.ToString());
        Assert.Equal(4, new[] { landed, nothing, failed, learned }.Select(cycle => cycle["trace_id"]!.ToString()).Distinct().Count());
    }

    private static async Task<JsonNode> RunAsync(HttpClient worker, string gap)
    {
        using var response = await worker.PostAsJsonAsync("/api/cycles", new { gap_id = gap, depth = "full" }, Cancelled);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        var id = JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancelled))!["cycle_id"]!.ToString();
        return await Eventually.GetAsync(
            async () => (await GetAsync(worker, $"/api/cycles/{id}"))["cycle"]!, cycle => cycle["outcome"] is not null && cycle["finished_at"] is not null, Cancelled);
    }

    private static async Task PullRequestIsADraftAsync(HttpClient worker, JsonNode cycle)
    {
        var page = await worker.GetStringAsync(new Uri(cycle["pr_url"]!.ToString()).PathAndQuery, Cancelled);
        Assert.Contains("draft", page, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(cycle["gap"]!["id"]!.ToString(), page, StringComparison.Ordinal);
        Assert.Contains("QuarterHours.cs", page, StringComparison.Ordinal);
    }

    private static void ResultIsStored(AppHostRun house, JsonNode cycle)
    {
        var id = cycle["cycle_id"]!.ToString();
        var file = Directory.EnumerateFiles(house.Printed("Data folder"), $"{id}.json", SearchOption.AllDirectories).Single();
        Assert.EndsWith(Path.Combine("_bot", "cycles", $"{id}.json"), file, StringComparison.Ordinal);
        Assert.Equal("ok", JsonNode.Parse(File.ReadAllText(file))!["cycle"]!["outcome"]!.ToString());
        Assert.False(Directory.Exists(Path.Combine(house.Printed("Target repository"), "data")));
    }

    private static async Task IsCountedOnceAsync(HttpClient gateway, HttpClient observer)
    {
        var usage = await Eventually.GetAsync(() => GetAsync(gateway, "/v1/usage?consumer=bot&task_class=bot.proposal"), answer => answer["totals"]!["requests"]!.GetValue<long>() == 4, Cancelled);
        Assert.Equal((4, 0), (usage["totals"]!["calls"]!.GetValue<long>(), usage["totals"]!["errors"]!.GetValue<long>()));
        Assert.True(usage["totals"]!["total_tokens"]!.GetValue<long>() > 0);
        Assert.Equal(4, (await GetAsync(gateway, "/v1/budgets/bot"))["used"]!["calls"]!.GetValue<long>());
        var stats = await Eventually.GetAsync(() => GetAsync(observer, "/stats?source=bot"), answer => answer["total"]!.GetValue<long>() == 4, Cancelled);
        Assert.Equal(["cycle_noop 1", "ok 2", "tests_failed 1"], stats["outcomes"]!.AsObject().Select(outcome => $"{outcome.Key} {outcome.Value}").Order(StringComparer.Ordinal));
        Assert.Equal(1, stats["failures"]!.GetValue<long>());
        Assert.Equal(2, stats["pr_landing"]!["landed"]!.GetValue<long>());
    }

    // newest first: what landed and what failed, and the latter was in the next prompt
    private static async Task IsRememberedAsync(HttpClient gateway, JsonNode landed, JsonNode failed, JsonNode learned)
    {
        var playbooks = await Eventually.GetAsync(() => GetAsync(gateway, "/v1/playbooks?kind=cycle"), answer => answer["data"]!.AsArray().Count == 3, Cancelled);
        Assert.Equal(
            [$"{Gap(learned)} landed", $"{Gap(failed)} failed", $"{Gap(landed)} landed"], playbooks["data"]!.AsArray().Select(one => one!["operation"]!.ToString()[^19..]));
        Assert.Contains(playbooks["data"]![1]!["id"]!.ToString(), learned["model_call"]!["context"]!.AsArray().Select(id => id!.ToString()));
        var graded = await Eventually.GetAsync(() => GetAsync(gateway, $"/v1/playbooks/{playbooks["data"]![1]!["id"]}"), one => one["helpful"]!.GetValue<long>() == 1, Cancelled);
        Assert.Equal(0, graded["harmful"]!.GetValue<long>());

        static string Gap(JsonNode cycle) => cycle["gap"]!["id"]!.ToString();
    }

    private static async Task IsOneTraceAsync(OtlpReceiver telemetry, string trace)
    {
        string[] services = ["bot-worker", "gateway", "observer"];
        string[] names = ["cycle.pick_gap", "cycle.propose", "cycle.apply", "cycle.test", "cycle.publish", "chat scripted", "observe bot.cycle"];
        var spans = await telemetry.WaitForSpansAsync(
            all => names.All(name => all.Any(span => span.TraceId == trace && span.Name == name)) && services.All(service => all.Any(span => span.TraceId == trace && span.Service == service)), Cancelled);

        var cycle = spans.Where(span => span.TraceId == trace).ToList();
        // every span hangs below another of this trace, but for the click that began it
        Assert.Single(cycle, span => span.ParentId.Length == 0 || cycle.TrueForAll(other => other.SpanId != span.ParentId));
        var chat = cycle.Single(span => span.Name == "chat scripted");
        Assert.Equal("ollama", chat["gen_ai.provider.name"]);
        Assert.Equal("scripted", chat["gen_ai.response.model"]);
        Assert.True((long)chat["gen_ai.usage.input_tokens"]! > 0 && (long)chat["gen_ai.usage.output_tokens"]! > 0);
        Assert.Equal(0L, chat["lakehouse.cost.nano_usd"]);
        Assert.Equal("granted", chat["lakehouse.budget.decision"]);
        Assert.StartsWith("hold_", (string)chat["lakehouse.budget.hold_id"]!, StringComparison.Ordinal);
        Assert.Contains(cycle, span => span.Service == "bot-worker" && Equals(span["lakehouse.outcome"], "ok"));
    }

    private static async Task<JsonNode> GetAsync(HttpClient client, string path) => JsonNode.Parse(await client.GetStringAsync(path, Cancelled))!;

    private static string Origin(string url) => new Uri(url).GetLeftPart(UriPartial.Authority);
}
