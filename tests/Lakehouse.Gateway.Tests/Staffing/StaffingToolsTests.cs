using System.Text.Json.Nodes;
using Lakehouse.Gateway.Tests.Knowledge.Playbooks;
using Lakehouse.Gateway.Tests.Tools;
using Lakehouse.Testing;

namespace Lakehouse.Gateway.Tests.Staffing;

public sealed class StaffingToolsTests(TestPostgres postgres)
{
    private static readonly string[] Names = ["search_workers", "get_worker", "search_candidates", "revenue_by_client", "recruiter_performance", "cold_leads", "open_jobs", "sql"];

    [Fact]
    public async Task Without_data_every_tool_says_how_to_get_some()
    {
        await using var house = await StaffingHouse.StartAsync(postgres, null);
        foreach (var name in Names)
        {
            using var empty = await house.Bot.CallToolAsync(name, name switch { "sql" => """{"sql":"select 1"}""", "get_worker" => """{"worker_id":"W-1"}""", _ => "{}" });
            var (status, code, _, message) = await empty.RefusalAsync();
            Assert.Equal((name, 409, "staffing_not_loaded"), (name, status, code));
            Assert.Contains("staffing load", message, StringComparison.Ordinal);
        }

        // one table of two that are needed is not enough either
        using var some = await house.Operator.PutAsync("job_orders", "job_order_id,client_id,role,city,state,headcount,filled,priority,status,recruiter,bill_rate_cents,opened_on,due_on\nJ-1,C-1,Welder,Toledo,OH,2,0,high,open,R,4000,2026-01-01,2026-02-01\n");
        Assert.Equal((1, 0, 0), await some.CountsAsync());
        using var half = await house.Bot.CallToolAsync("open_jobs");
        Assert.Equal("staffing_not_loaded", await half.ErrorCodeAsync());
    }

    [Fact]
    public async Task Search_finds_the_supply_and_says_where_there_is_none()
    {
        await using var house = await StaffingHouse.StartAsync(postgres);

        var toledo = await house.Bot.ResultAsync("search_workers", """{"role":"welder","city":"toledo","state":"oh","count":2}""");
        Assert.NotEmpty(toledo["workers"]!.AsArray());
        Assert.All(toledo["workers"]!.AsArray(), one => Assert.Equal(("Welder", "Toledo", "OH", "available", "active"), (one!["role"]!.ToString(), one["city"]!.ToString(), one["state"]!.ToString(), one["availability"]!.ToString(), one["status"]!.ToString())));
        Assert.Empty((await house.Bot.ResultAsync("search_workers", """{"role":"Electrician","city":"Gary","state":"IN","availability":"any"}"""))["workers"]!.AsArray());
        Assert.Empty((await house.Bot.ResultAsync("search_workers", """{"role":"Welder","city":"Flint","state":"MI","availability":"any"}"""))["workers"]!.AsArray());
        Assert.Empty((await house.Bot.ResultAsync("search_workers", """{"role":"Welder","city":"Toledo","state":"MI"}"""))["workers"]!.AsArray());
        // what is asked for is there all the same
        foreach (var (role, city) in new[] { ("Electrician", "Gary"), ("Welder", "Flint"), ("Welder", "Toledo") })
        {
            Assert.NotEmpty((await house.Bot.ResultAsync("open_jobs", $$"""{"role":"{{role}}","city":"{{city}}"}"""))["jobs"]!.AsArray());
        }
    }

    [Fact]
    public async Task Search_whose_statement_is_prepared_finds_what_a_later_load_brought()
    {
        await using var house = await StaffingHouse.StartAsync(postgres, 300);
        const string Everybody = """{"role":"Welder","availability":"any","count":16}""";
        for (var call = 0; call < 8; call++)
        {
            await SearchAsync(Everybody);
        }

        await house.LoadAsync(300, seed: 8);

        var found = await SearchAsync(Everybody);
        Assert.NotEmpty(found["workers"]!.AsArray());
        foreach (var worker in found["workers"]!.AsArray())
        {
            Assert.Equal(worker!["name"]!.ToString(), await house.AskAsync<string>($"select name from staffing.workers where worker_id = '{worker["worker_id"]}' and role = 'Welder'"));
        }

        async Task<JsonNode> SearchAsync(string arguments) => await house.Bot.ResultAsync("search_workers", arguments);
    }

    [Fact]
    public async Task Worker_whom_a_playbook_endorses_comes_before_better_ones_but_only_where_it_was()
    {
        await using var house = await StaffingHouse.StartAsync(postgres);
        var first = await SearchAsync("""{"role":"Welder","availability":"any"}""");
        Assert.True(first["more"]!.GetValue<bool>());
        var behind = (await SearchAsync(new JsonObject { ["role"] = "Welder", ["availability"] = "any", ["exclude"] = new JsonArray([.. Ids(first).Select(id => (JsonNode)id)]) }.ToJsonString()))["workers"]![0]!;
        var (id, city, state) = (behind["worker_id"]!.ToString(), behind["city"]!.ToString(), behind["state"]!.ToString());
        await house.Bot.SeedAsync(new JsonObject { ["operation"] = $"fill: Welder x1 in {city}, {state}", ["approach"] = "Asked him first.", ["endorsed_names"] = new JsonArray(id) });

        var boosted = await SearchAsync("""{"role":"Welder","availability":"any"}""");
        var elsewhere = await SearchAsync("""{"role":"Welder","city":"Nowhere","availability":"any"}""");
        var otherRole = await SearchAsync("""{"role":"Forklift Operator","availability":"any"}""");

        var worker = boosted["workers"]!.AsArray().Single(one => one!["worker_id"]!.ToString() == id)!;
        Assert.InRange(worker["score_parts"]!["playbooks"]!.GetValue<double>(), 0.01, 0.25);
        Assert.Equal(worker["score"]!.GetValue<double>(), worker["score_parts"]!.AsObject().Sum(part => part.Value!.GetValue<double>()), 4);
        var scores = boosted["workers"]!.AsArray().Select(one => one!["score"]!.GetValue<double>()).ToList();
        Assert.Equal(scores.OrderDescending(), scores);
        Assert.Equal(20, scores.Count);
        Assert.All(elsewhere["workers"]!.AsArray().Concat(otherRole["workers"]!.AsArray()), one => Assert.Null(one!["score_parts"]!["playbooks"]));

        Task<JsonNode> SearchAsync(string arguments) => house.Bot.ResultAsync("search_workers", arguments);
        static IEnumerable<string> Ids(JsonNode answer) => answer["workers"]!.AsArray().Select(one => one!["worker_id"]!.ToString());
    }

    [Fact]
    public async Task Search_is_as_wide_as_the_count_asks_for_and_best_first()
    {
        await using var house = await StaffingHouse.StartAsync(postgres);
        foreach (var (count, k) in new[] { (1, 20), (4, 20), (10, 50), (50, 80) })
        {
            var answer = await house.Bot.ResultAsync("search_workers", $$"""{"count":{{count}}}""");
            Assert.Equal((k, k, true), (answer["k"]!.GetValue<int>(), answer["workers"]!.AsArray().Count, answer["more"]!.GetValue<bool>()));
            var scores = answer["workers"]!.AsArray().Select(one => one!["score"]!.GetValue<double>()).ToList();
            Assert.Equal(scores.OrderDescending(), scores);
            Assert.All(answer["workers"]!.AsArray(), one => Assert.Equal(one!["score"]!.GetValue<double>(), one["score_parts"]!.AsObject().Sum(part => part.Value!.GetValue<double>()), 4));
        }

        using var tooMany = await house.Bot.CallToolAsync("search_workers", """{"count":51}""");
        Assert.Equal("arguments.count", (await tooMany.RefusalAsync()).Param);
        using var state = await house.Bot.CallToolAsync("search_workers", """{"state":"Ohio"}""");
        Assert.Equal("arguments.state", (await state.RefusalAsync()).Param);
    }

    [Fact]
    public async Task Search_filters_by_all_that_it_is_told()
    {
        await using var house = await StaffingHouse.StartAsync(postgres);

        var answer = (await house.Bot.ResultAsync("search_workers", """{"skills":["mig","tig"],"certs":["osha_10"],"min_reliability":0.8,"availability":"assigned"}"""))["workers"]!.AsArray();
        Assert.NotEmpty(answer);
        Assert.All(answer, one =>
        {
            Assert.Superset(new HashSet<string> { "mig", "tig" }, Texts(one!["skills"]));
            Assert.Contains("osha_10", Texts(one["certs"]));
            Assert.True(one["reliability"]!.GetValue<double>() >= 0.8);
            Assert.Equal("assigned", one["availability"]!.ToString());
        });
        var first = (await house.Bot.ResultAsync("search_workers", """{"role":"Welder"}"""))["workers"]![0]!["worker_id"]!.ToString();
        Assert.DoesNotContain((await house.Bot.ResultAsync("search_workers", $$"""{"role":"Welder","exclude":["{{first}}"]}"""))["workers"]!.AsArray(), one => one!["worker_id"]!.ToString() == first);
        Assert.Empty((await house.Bot.ResultAsync("search_workers", """{"city":"' or 1=1 --"}"""))["workers"]!.AsArray());

        static HashSet<string> Texts(JsonNode? list) => [.. list!.AsArray().Select(one => one!.ToString())];
    }

    [Fact]
    public async Task Other_questions_are_answered_as_the_tables_say()
    {
        await using var house = await StaffingHouse.StartAsync(postgres);

        var worker = await house.Bot.ResultAsync("get_worker", """{"worker_id":"W-1"}""");
        Assert.Equal(("Welder", "Toledo"), (worker["role"]!.ToString(), worker["city"]!.ToString()));
        Assert.Equal(await house.AskAsync<string>("select phone from staffing.workers where worker_id = 'W-1'"), worker["phone"]!.ToString());
        using var nobody = await house.Bot.CallToolAsync("get_worker", """{"worker_id":"W-0"}""");
        Assert.Equal((404, "worker_not_found"), ((int)nobody.StatusCode, await nobody.ErrorCodeAsync()));
        using var nameless = await house.Bot.CallToolAsync("get_worker");
        Assert.Equal("arguments.worker_id", (await nameless.RefusalAsync()).Param);

        var candidates = (await house.Bot.ResultAsync("search_candidates", """{"state":"oh","min_years":5,"limit":100}"""))["candidates"]!.AsArray();
        Assert.Equal(await house.AskAsync<long>("select count(*) from staffing.candidates where state = 'OH' and years >= 5 and stage <> 'rejected'"), candidates.Count);

        var revenue = (await house.Bot.ResultAsync("revenue_by_client", """{"since":"2026-01-01","until":"2026-04-01","limit":3}"""))["clients"]!.AsArray();
        Assert.Equal(await house.AskAsync<long>("select sum(bill_cents) from staffing.timesheets where week_ending >= '2026-01-01' and week_ending < '2026-04-01' group by client_id order by 1 desc limit 1"), revenue[0]!["revenue_cents"]!.GetValue<long>());
        Assert.Equal(revenue[0]!["revenue_cents"]!.GetValue<long>() - revenue[0]!["paid_cents"]!.GetValue<long>(), revenue[0]!["margin_cents"]!.GetValue<long>());
        using var odd = await house.Bot.CallToolAsync("revenue_by_client", """{"since":"2026-02-30"}""");
        Assert.Equal("arguments.since", (await odd.RefusalAsync()).Param);

        var recruiters = (await house.Bot.ResultAsync("recruiter_performance"))["recruiters"]!.AsArray();
        Assert.Equal(await house.AskAsync<long>("select count(*) from staffing.placements"), recruiters.Sum(one => one!["placements"]!.GetValue<long>()));
        Assert.Equal(await house.AskAsync<long>("select count(*) from staffing.call_log"), recruiters.Sum(one => one!["calls"]!.GetValue<long>()));

        await house.AskAsync<object>("insert into staffing.clients select 'C-99', name, industry, city, state, 'lead', contact_name, contact_email, contact_phone, account_manager, since from staffing.clients limit 1; select 1");
        var cold = (await house.Bot.ResultAsync("cold_leads", """{"days":60}"""))["clients"]!.AsArray();
        Assert.Equal(("C-99", null), (cold[0]!["client_id"]!.ToString(), cold[0]!["last_contact"]));

        var jobs = (await house.Bot.ResultAsync("open_jobs", """{"limit":100}"""))["jobs"]!.AsArray();
        Assert.Equal(await house.AskAsync<long>("select count(*) from staffing.job_orders where status = 'open' and filled < headcount"), jobs.Count);
        Assert.All(jobs, job => Assert.True(job!["needed"]!.GetValue<int>() > 0));
    }

    [Fact]
    public async Task Answer_is_bounded_in_bytes()
    {
        await using var house = await StaffingHouse.StartAsync(postgres, 100);
        await house.AskAsync<object>("update staffing.workers set name = repeat('x', 100000); select 1");

        var answer = await house.Bot.ResultAsync("search_workers");

        Assert.Equal((2, true), (answer["found"]!.GetValue<int>(), answer["more"]!.GetValue<bool>()));
    }
}
