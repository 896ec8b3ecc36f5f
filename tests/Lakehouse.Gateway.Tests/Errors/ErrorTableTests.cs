using System.Text.Json.Nodes;
using Lakehouse.Gateway.Tests.Keys;
using Lakehouse.Gateway.Tests.Knowledge.Memory;
using Lakehouse.Gateway.Tests.Knowledge.Playbooks;
using Lakehouse.Gateway.Tests.Staffing;
using Lakehouse.Gateway.Tests.Tools;
using Lakehouse.Testing;
using Npgsql;

namespace Lakehouse.Gateway.Tests.Errors;

/// <summary>Every row of docs/errors.md, produced over HTTP.</summary>
public sealed class ErrorTableTests(TestPostgres postgres)
{
    private static readonly Dictionary<string, Scenario> Scenarios = new(StringComparer.Ordinal)
    {
        ["invalid_request"] = new(house => house.Bot.ChatAsync(With(Calls.Hello(), "max_tokens", 0)), "max_tokens"),
        ["price_unknown"] = new(house => house.Bot.ChatAsync(Calls.Hello("ollama_cloud/mystery")), "model"),
        ["cost_not_bounded"] = new(house => house.Bot.ChatAsync(With(Calls.Hello(), "plugins", new JsonArray("web"))), "plugins"),
        ["cloud_through_local"] = new(house => house.Bot.ChatAsync(Calls.Hello("ollama/gpt-oss:20b-cloud")), "model"),
        ["upstream_invalid_request"] = new(house => house.Bot.ChatAsync(Calls.Hello("ollama/status-400"))),
        ["content_filtered"] = new(house => house.Bot.ChatAsync(Calls.Hello("filtered/any"))),
        ["missing_api_key"] = new(async house =>
        {
            using var fromPage = new HttpRequestMessage(HttpMethod.Get, "/v1/usage") { Headers = { { "Origin", "https://evil.example" } } };
            return await house.Local.SendAsync(fromPage, Cancelled);
        }),
        ["invalid_api_key"] = new(house => house.Local.SendAsync(HttpMethod.Get, "/v1/usage", key: "nobodys-key")),
        ["forbidden"] = new(house => house.Bot.GetAsync("/v1/keys", Cancelled)),
        ["model_forbidden"] = new(async house =>
        {
            var key = KeyCalls.New();
            key["scopes"] = new JsonObject { ["models"] = new JsonArray("claude/*") };
            var (_, text) = await house.Operator.CreateAsync(key);
            return await house.Local.SendAsync(HttpMethod.Post, "/v1/chat", Calls.Hello(), text);
        }, "model"),
        ["tool_denied"] = new(house => house.Bot.CallToolAsync("wipe"), "name"),
        ["audit_denied"] = new(house => house.Bot.GetAsync("/v1/tools/audit?consumer=lab", Cancelled), "consumer"),
        ["truth_blocked"] = new(house => house.Bot.ChatAsync(With(With(Calls.Hello(), "task_class", "staffing.any"), "truth_context", new JsonObject { ["sql"] = "drop table x" })), "truth_context.sql"),
        ["validation_failed"] = new(house => house.Bot.SendAsync(HttpMethod.Post, "/v1/validate", new JsonObject { ["kind"] = "sms", ["artifact"] = new JsonObject { ["to"] = "5550124" } }, GatewayApp.BotKey), "artifact.body"),
        ["iteration_exhausted"] = new(house => house.Bot.SendAsync(HttpMethod.Post, "/v1/iterate", new JsonObject { ["kind"] = "sms", ["prompt"] = "x", ["model"] = "scripted", ["max_iterations"] = 1 }, GatewayApp.BotKey)),
        ["truth_rejected"] = new(house => house.Bot.ChatAsync(With(Calls.Hello(), "task_class", "staffing.fill")), "truth_context.contract.deadline"),
        ["truth_invalid"] = new(async house =>
        {
            house.Truth.Write("broken.toml", "[");
            return await house.Operator.SendAsync(HttpMethod.Post, "/v1/truth/reload");
        }),
        ["not_found"] = new(house => house.Bot.GetAsync("/v1/nothing", Cancelled)),
        ["provider_not_found"] = new(house => house.Bot.ChatAsync(With(Calls.Hello(), "provider", "acme")), "provider"),
        ["model_not_found"] = new(house => house.Bot.ChatAsync(Calls.Hello("ollama/status-404")), "model"),
        ["consumer_not_found"] = new(house => house.Operator.GetAsync("/v1/budgets/nobody", Cancelled), "consumer"),
        ["key_not_found"] = new(house => house.Operator.GetAsync("/v1/keys/key_0", Cancelled), "id"),
        ["memory_not_found"] = new(house => house.Bot.GetAsync("/v1/memory/mem_0", Cancelled), "id"),
        ["memory_denied"] = new(house => house.Bot.GetAsync("/v1/memory?scope=lab", Cancelled), "scope"),
        ["memory_full"] = new(async house =>
        {
            await house.Local.ProposeAsync("one");
            return await house.Local.MemoryAsync(HttpMethod.Post, "", """{"text":"two","kind":"semantic"}""");
        }, "scope"),
        ["memory_closed"] = new(async house =>
        {
            var id = (await house.Bot.ProposeAsync("one", "key")).Id();
            await house.Bot.ProposeAsync("two", "key");
            return await house.Bot.MemoryAsync(HttpMethod.Post, $"/{id}/revise", """{"text":"three"}""");
        }, "id"),
        ["session_not_found"] = new(house => house.Bot.GetAsync("/v1/sessions/ses_0", Cancelled), "session_id"),
        ["tool_not_found"] = new(house => house.Bot.GetAsync("/v1/tools/nothing", Cancelled), "name"),
        ["playbook_not_found"] = new(house => house.Bot.GetAsync("/v1/playbooks/pbk_0", Cancelled), "id"),
        ["profile_not_found"] = new(house => house.Bot.GetAsync("/v1/profiles/execution/nobody", Cancelled), "name"),
        ["profile_conflict"] = new(house => house.Operator.SendAsync(HttpMethod.Put, "/v1/profiles/execution/late", new JsonObject { ["settings"] = new JsonObject(), ["expected_version"] = 7 }), "expected_version"),
        ["playbook_superseded"] = new(async house =>
        {
            var id = await house.Bot.SeedAsync(PlaybookCalls.Seed("note: superseded"));
            await house.Bot.PostPlaybooksAsync($"/{id}/revise", new JsonObject { ["reason"] = "x", ["approach"] = "y" });
            return await house.Bot.PlaybooksAsync($"/{id}/retire", new JsonObject { ["reason"] = "x" });
        }, "id"),
        ["playbook_retired"] = new(async house =>
        {
            var id = await house.Bot.SeedAsync(PlaybookCalls.Seed("note: retired"));
            await house.Bot.PostPlaybooksAsync($"/{id}/retire", new JsonObject { ["reason"] = "x" });
            return await house.Bot.PlaybooksAsync($"/{id}/revise", new JsonObject { ["reason"] = "x", ["approach"] = "y" });
        }, "id"),
        ["playbook_mark_conflict"] = new(async house =>
        {
            var outcome = new JsonObject { ["source_id"] = "s", ["kind"] = "tests", ["success"] = true, ["playbooks"] = new JsonArray(await house.Bot.SeedAsync(PlaybookCalls.Seed("note: marked"))) };
            await house.Bot.PostPlaybooksAsync("/outcomes", outcome);
            return await house.Bot.PlaybooksAsync("/outcomes", With(outcome, "success", false));
        }, "source_id"),
        ["iteration_not_found"] = new(house => house.Bot.GetAsync("/v1/iterations/itr_0", Cancelled), "id"),
        ["request_not_found"] = new(house => house.Bot.GetAsync("/v1/requests/req_0", Cancelled), "id"),
        ["staffing_not_loaded"] = new(house => house.Operator.GetAsync("/v1/staffing/datasets/sms.csv", Cancelled)),
        ["sql_denied"] = new(async house =>
        {
            using var client = await house.Operator.PutAsync("clients", "client_id,name,industry,city,state,status,contact_name,contact_email,contact_phone,account_manager,since\nC-1,x,x,x,OH,lead,x,x,x,x,2026-01-01\n");
            Assert.Equal((1, 0, 0), await client.CountsAsync());
            return await house.Bot.CallToolAsync("sql", """{"sql":"select * from gateway.keys"}""");
        }, "arguments.sql"),
        ["worker_not_found"] = new(async house =>
        {
            await ExecuteAsync(house.Database, "insert into staffing.datasets (table_name, row_count, fingerprint, source, changed_at) values ('workers', 1, '', 'csv', now())");
            return await house.Bot.CallToolAsync("get_worker", """{"worker_id":"W-0"}""");
        }, "arguments.worker_id"),
        ["dataset_not_found"] = new(house => house.Operator.PutAsync("nothing", ""), "table"),
        ["schema_drift"] = new(house => house.Operator.PutAsync("clients", "id"), "client_id"),
        ["load_running"] = new(async house =>
        {
            await using var connection = new NpgsqlConnection(house.Database);
            await connection.OpenAsync(Cancelled);
            await using var hold = new NpgsqlCommand("select pg_advisory_lock(hashtext('lakehouse.staffing.write'))", connection);
            await hold.ExecuteNonQueryAsync(Cancelled);
            var refused = await house.Operator.SendAsync(HttpMethod.Post, "/v1/staffing/datasets", new JsonObject());
            await using var release = new NpgsqlCommand("select pg_advisory_unlock_all()", connection);
            await release.ExecuteNonQueryAsync(Cancelled);
            return refused;
        }),
        ["key_conflict"] = new(async house =>
        {
            var (id, _) = await house.Operator.CreateAsync();
            await house.Operator.OkAsync(HttpMethod.Delete, $"/v1/keys/{id}");
            return await house.Operator.SendAsync(HttpMethod.Post, $"/v1/keys/{id}/rotate");
        }, "id"),
        ["request_too_large"] = new(house => house.Bot.PostAsync("/v1/chat", new ByteArrayContent(new byte[(20 << 20) + 1]), Cancelled)),
        ["budget_exceeded"] = new(house => house.Lab.ChatAsync(Calls.Hello()), Waits: true),
        ["request_cost_exceeded"] = new(house => house.Bot.ChatAsync(Calls.Hello("capped")), "max_tokens"),
        ["rate_limited"] = new(house => house.Bot.ChatAsync(Calls.Hello("ollama/status-429")), Waits: true),
        ["internal_error"] = new(async house =>
        {
            await ExecuteAsync(house.Database, "alter table gateway.sessions rename to hidden; create view gateway.sessions as select * from gateway.hidden where 1 / 0 = 1");
            var answer = await house.Bot.GetAsync("/v1/sessions", Cancelled);
            await ExecuteAsync(house.Database, "drop view gateway.sessions; alter table gateway.hidden rename to sessions");
            return answer;
        }),
        ["upstream_unreachable"] = new(house => house.Bot.ChatAsync(Calls.Hello("dead/any"))),
        ["upstream_auth"] = new(house => house.Bot.ChatAsync(Calls.Hello("ollama/status-401"))),
        ["upstream_quota"] = new(house => house.Bot.ChatAsync(Calls.Hello("ollama/status-402"))),
        ["upstream_unavailable"] = new(house => house.Bot.ChatAsync(Calls.Hello("ollama/status-500"))),
        ["upstream_protocol"] = new(house => house.Bot.ChatAsync(Calls.Hello("ollama/garbage"))),
        ["upstream_cut_stream"] = new(house => house.Bot.ChatAsync(Calls.Hello("ollama/cut"))),
        ["tool_failed"] = new(house => house.Bot.CallToolAsync("broken")),
        ["provider_not_configured"] = new(house => house.Bot.ChatAsync(Calls.Hello("keyless/any"))),
        ["circuit_open"] = new(async house =>
        {
            (await house.Bot.ChatAsync(Calls.Hello("ollama/status-503"))).Dispose();
            (await house.Bot.ChatAsync(Calls.Hello("ollama/status-503"))).Dispose();
            return await house.Bot.ChatAsync(Calls.Hello("ollama/status-503"));
        }, Waits: true),
        ["upstream_connect_timeout"] = new(house => house.Bot.ChatAsync(Calls.Hello("full/any")), Slow: true),
        ["upstream_first_byte_timeout"] = new(house => house.Bot.ChatAsync(Calls.Hello("ollama/silent")), Slow: true),
        ["upstream_idle_timeout"] = new(house => house.Bot.ChatAsync(Calls.Hello("ollama/slow")), Slow: true),
        ["tool_timeout"] = new(house => house.Bot.CallToolAsync("slow"), Slow: true),
        ["database_unavailable"] = new(house => house.Bot.GetAsync("/v1/usage", Cancelled), Cuts: true),
        ["ledger_unavailable"] = new(house => house.Bot.GetAsync("/v1/sessions", Cancelled), Cuts: true),
        ["keys_unavailable"] = new(house => house.Operator.SendAsync(HttpMethod.Get, "/v1/keys"), Cuts: true),
        ["budget_unavailable"] = new(house => house.Bot.ChatAsync(Calls.Hello()), Cuts: true),
    };

    /// <summary>What is told to nobody: how it is provoked, and where it is then read.</summary>
    private static readonly Dictionary<string, Func<ErrorHouse, Task<string?>>> Records = new(StringComparer.Ordinal)
    {
        ["cancelled"] = async house =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat") { Content = new StringContent(Calls.Hello("ollama/slow", stream: true).ToJsonString()) };
            string id;
            using (var response = await house.Bot.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancelled))
            {
                id = response.Headers.GetValues("x-lakehouse-request-id").Single();
            }

            var past = await Eventually.GetAsync(() => house.Bot.GetJsonAsync($"/v1/requests/{id}"), answer => answer["status"] is not null, Cancelled);
            return past["attempts"]![0]!["outcome"]!.ToString();
        },
        ["tool_not_offered"] = async house =>
        {
            using var answer = await house.Bot.ChatAsync(With(Calls.Hello("ollama/inventive"), "tools", new JsonArray("lakehouse:current_time")));
            return (await house.Bot.AuditAsync("?tool=invented")).Single()["error"]!.ToString();
        },
    };

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_row_of_the_table_is_produced_over_http()
    {
        await using var house = await ErrorHouse.StartAsync(postgres);
        var table = ErrorTable.Rows();
        Assert.Equal(table.Select(row => row.Code).Order(StringComparer.Ordinal), Scenarios.Keys.Concat(Records.Keys).Order(StringComparer.Ordinal));
        var status = table.ToDictionary(row => row.Code, row => row.Status, StringComparer.Ordinal);

        var slow = Scenarios.Where(scenario => scenario.Value.Slow).Select(scenario => CheckAsync(scenario.Key)).ToList();
        foreach (var (code, _) in Scenarios.Where(scenario => scenario.Value is { Slow: false, Cuts: false }))
        {
            await CheckAsync(code);
        }

        foreach (var (code, provoke) in Records)
        {
            Assert.Equal(code, await provoke(house));
        }

        await Task.WhenAll(slow);
        await house.Wire.CutAsync();
        await house.Redis.KillAsync();
        foreach (var (code, _) in Scenarios.Where(scenario => scenario.Value.Cuts))
        {
            await CheckAsync(code);
        }

        async Task CheckAsync(string code)
        {
            var scenario = Scenarios[code];
            using var response = await scenario.Provoke(house);
            var answer = await response.Content.ReadAsStringAsync(Cancelled);
            var error = JsonNode.Parse(answer)?["error"] as JsonObject;
            Assert.True(error is not null, $"{code}: {answer}");
            Assert.Equal(
                (code, status[code], Type(status[code]), scenario.Param),
                (error["code"]!.ToString(), (int)response.StatusCode, error["type"]!.ToString(), error["param"]?.ToString()));
            Assert.Equal(["message", "type", "param", "code"], error.Select(field => field.Key));
            Assert.True(error["message"]!.ToString().Length > 10, answer);
            Assert.Equal((code, scenario.Waits), (code, response.Headers.RetryAfter is not null));
        }
    }

    [Fact]
    public void Table_has_every_code_of_the_source_with_its_status() =>
        Assert.Equal(ErrorTable.InSource().Select(row => $"{row.Code} {row.Status}").Order(StringComparer.Ordinal), ErrorTable.Rows().Select(row => $"{row.Code} {row.Status}").Order(StringComparer.Ordinal));

    private static string Type(int status) => status switch
    {
        401 => "authentication_error", 403 => "permission_error", 429 => "rate_limit_error", >= 500 => "api_error", _ => "invalid_request_error",
    };

    private static JsonObject With(JsonObject body, string field, JsonNode value)
    {
        body[field] = value;
        return body;
    }

    private static async Task ExecuteAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync(Cancelled);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Cancelled);
    }

    /// <param name="Waits">The reply says when to try again.</param>
    /// <param name="Slow">It waits for a limit to pass, and does so beside the others.</param>
    /// <param name="Cuts">It needs the stores away, which they stay.</param>
    private sealed record Scenario(Func<ErrorHouse, Task<HttpResponseMessage>> Provoke, string? Param = null, bool Waits = false, bool Slow = false, bool Cuts = false);
}
