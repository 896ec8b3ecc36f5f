using System.Net;
using System.Text.Json.Nodes;
using Lakehouse.Testing;

namespace Lakehouse.Gateway.Tests.Knowledge.Profiles;

public sealed class ProfilesApiTests(ProfileHouse house) : IClassFixture<ProfileHouse>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Change_is_a_new_version_the_same_again_is_none_and_an_old_one_can_come_back()
    {
        var decisions = new List<string>();
        foreach (var body in new[] { """{"settings":{"max_tokens":10}}""", """{"settings":{"max_tokens":10}}""", """{"settings":{"max_tokens":20},"expected_version":1,"note":"more"}""" })
        {
            decisions.Add(Said(await house.PutAsync("execution/history", body)));
        }

        decisions.Add(Said(await house.PostAsync("execution/history/roll_back", """{"version":1}""")));
        Assert.Equal((HttpStatusCode.Conflict, "profile_conflict"), Error(await house.PutAsync("execution/history", """{"settings":{},"expected_version":2}""")));
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_request"), Error(await house.PostAsync("execution/history/roll_back", """{"version":9}""")));

        Assert.Equal(["ADD 1", "NOOP 1", "UPDATE 2", "UPDATE 3"], decisions);
        var versions = (await house.Bot.GetJsonAsync("/v1/profiles/execution/history"))["data"]!.AsArray();
        Assert.Equal(["10 ", "20 more", "10 version 1 again"], versions.Select(version => $"{version!["settings"]!["max_tokens"]} {version["note"]}"));

        var (status, retired) = await house.PostAsync("execution/history/retire");
        Assert.Equal((HttpStatusCode.OK, "operator"), (status, retired["retired_by"]!.ToString()));
        Assert.DoesNotContain((await house.Bot.GetJsonAsync("/v1/profiles"))["data"]!.AsArray(), profile => profile!["name"]!.ToString() == "history");
        Assert.Equal("ADD 4", Said(await house.PutAsync("execution/history", """{"settings":{"max_tokens":10}}""")));
    }

    [Fact]
    public async Task Request_names_one_its_task_class_has_one_or_the_default_is_used()
    {
        await house.StoreAsync("execution/default", """{"temperature":0.1}""");
        await house.StoreAsync("execution/areas", """{"temperature":0.2}""", "area.any");
        await house.StoreAsync("execution/one", """{"temperature":0.3}""", "area.one");
        await house.StoreAsync("execution/named", """{"temperature":0.4}""");
        await house.StoreAsync("observer/named", "{}");

        Assert.Equal("execution=default@1", (await house.ChatAsync(null, "1")).Profiles);
        Assert.Equal("execution=areas@1", (await house.ChatAsync(null, "2", "area.two")).Profiles);
        Assert.Equal("execution=one@1", (await house.ChatAsync(null, "3", "area.one")).Profiles);
        Assert.Equal("execution=named@1,observer=named@1", (await house.ChatAsync("named", "4", "area.one")).Profiles);
        Assert.Equal("execution=areas@1,observer=named@1", (await house.ChatAsync("""{"execution":"areas","observer":"named"}""", "5", "area.one")).Profiles);
        Assert.Equal((HttpStatusCode.Conflict, "profile_conflict"), Error(await house.PutAsync("execution/named", """{"settings":{},"task_classes":["area.one"]}""")));
        await house.PostAsync("execution/default/retire");
    }

    [Theory]
    [InlineData("\"nobody\"", "profile", "profile is \"nobody\", which is not stored and which no rule of routing knows")]
    [InlineData("{\"execution\":\"nobody\"}", "profile.execution", "profile.execution is \"nobody\"")]
    [InlineData("{\"speed\":\"x\"}", "profile", "accepted are retrieval, memory, execution, observer")]
    [InlineData("{\"memory\":7}", "profile.memory", "profile.memory is 7; accepted is a profile's name")]
    [InlineData("[]", "profile", "profile is []; accepted is a name, or an object")]
    public async Task Wrong_choice_is_refused_by_name(string profile, string param, string says)
    {
        var body = Calls.Hello();
        body["profile"] = JsonNode.Parse(profile);

        using var response = await house.Bot.ChatAsync(body);

        var error = (await response.JsonAsync())["error"]!;
        Assert.Equal((HttpStatusCode.BadRequest, param), (response.StatusCode, error["param"]!.ToString()));
        Assert.Contains(says, error["message"]!.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("execution/x", """{"settings":{"max_tokens":0}}""", "settings.max_tokens", "settings.max_tokens is 0; accepted is a whole number from 1 to 1000000.")]
    [InlineData("execution/x", """{"settings":{"max_tokens":1.5}}""", "settings.max_tokens", "settings.max_tokens is 1.5; accepted is a whole number")]
    [InlineData("execution/x", """{"settings":{"temperature":3}}""", "settings.temperature", "accepted is a number from 0 to 2")]
    [InlineData("execution/x", """{"settings":{"think":"much"}}""", "settings.think", "accepted is true, false, \"low\", \"medium\" or \"high\"")]
    [InlineData("execution/x", """{"settings":{"floor":1}}""", "settings.floor", "accepted is one of the keys max_tokens, temperature, think, tool_rounds, clamp")]
    [InlineData("retrieval/x", """{"settings":{"sources":["web"]}}""", "settings.sources", "accepted is a list with any of truth, memory, playbooks, each once")]
    [InlineData("memory/x", """{"settings":{"tools":null}}""", "settings.tools", "settings.tools is null; accepted is true or false")]
    [InlineData("memory/x", "{}", "settings", "settings is missing; accepted is an object with any of kinds, max_age_days, tools")]
    [InlineData("memory/x", """{"settings":{},"task_classes":["a","Fill *"]}""", "task_classes[1]", "accepted is a task class such as staffing.fill")]
    [InlineData("memory/x", """{"settings":{},"version":1}""", "version", "accepted are settings, task_classes, note, expected_version")]
    [InlineData("memory/Big", """{"settings":{}}""", "name", "name is 'Big'; accepted is a name of a to z")]
    public async Task Wrong_profile_is_refused_by_field(string path, string body, string param, string says)
    {
        var (status, answer) = await house.PutAsync(path, body);

        Assert.Equal((HttpStatusCode.BadRequest, param), (status, answer["error"]!["param"]!.ToString()));
        Assert.Contains(says, answer["error"]!["message"]!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_an_operator_changes_them_and_what_is_not_there_is_said()
    {
        Assert.Equal((HttpStatusCode.Forbidden, "forbidden"), Error(await house.PutAsync("memory/mine", """{"settings":{}}""", house.Bot)));
        Assert.Equal((HttpStatusCode.NotFound, "profile_not_found"), Error(await house.PutAsync("speed/mine", """{"settings":{}}""")));
        Assert.Equal((HttpStatusCode.NotFound, "profile_not_found"), Error(await house.PostAsync("memory/nobody/retire")));
        var kinds = (await house.Bot.GetJsonAsync("/v1/profiles"))["kinds"]!;
        Assert.Equal("a number from 0 to 2", kinds["execution"]!["temperature"]!.ToString());
    }

    [Fact]
    public async Task Swap_drops_no_call_and_each_has_one_version_from_beginning_to_end()
    {
        await house.StoreAsync("execution/swapped", """{"max_tokens":101}""");
        var open = new TaskCompletionSource();
        house.Gate = open.Task;
        var before = Enumerable.Range(0, 8).Select(number => house.ChatAsync("swapped", $"before {number}", stream: number % 2 == 0)).ToList();
        await Eventually.TrueAsync(() => Task.FromResult(house.Model.Requests.Count(request => request.Body.Contains("before ", StringComparison.Ordinal)) == 8), Cancelled);

        await house.StoreAsync("execution/swapped", """{"max_tokens":102}""");
        var after = Enumerable.Range(0, 8).Select(number => house.ChatAsync("swapped", $"after {number}", stream: number % 2 == 0)).ToList();
        open.SetResult();

        Assert.All(await Task.WhenAll(before), call => Assert.Equal(("execution=swapped@1", "101"), (call.Profiles, call.Sent["options"]!["num_predict"]!.ToString())));
        Assert.All(await Task.WhenAll(after), call => Assert.Equal(("execution=swapped@2", "102"), (call.Profiles, call.Sent["options"]!["num_predict"]!.ToString())));
    }

    [Fact]
    public async Task Request_is_known_afterwards_by_its_profiles()
    {
        await house.StoreAsync("execution/known", """{"max_tokens":50}""");
        var body = Calls.Hello();
        body["profile"] = "known";

        using var response = await house.Bot.ChatAsync(body);

        var id = response.Headers.GetValues("x-lakehouse-request-id").Single();
        var past = await Eventually.GetAsync(() => house.Bot.GetJsonAsync($"/v1/requests/{id}"), answer => answer["status"]?.ToString() == "ok", Cancelled);
        Assert.Equal("known@1", past["profiles"]!["execution"]!.ToString());
    }

    private static string Said((HttpStatusCode Status, JsonNode Answer) reply)
    {
        Assert.True(reply.Status == HttpStatusCode.OK, reply.Answer.ToJsonString());
        return $"{reply.Answer["decision"]} {reply.Answer["profile"]!["version"]}";
    }

    private static (HttpStatusCode Status, string Code) Error((HttpStatusCode Status, JsonNode Answer) reply) => (reply.Status, reply.Answer["error"]!["code"]!.ToString());
}
