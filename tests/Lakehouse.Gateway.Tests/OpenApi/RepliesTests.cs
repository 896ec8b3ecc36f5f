using System.Text.Json.Nodes;
using Lakehouse.Gateway.Tests.Keys;
using Lakehouse.Testing;
using Microsoft.AspNetCore.Http;

namespace Lakehouse.Gateway.Tests.OpenApi;

/// <summary>What the gateway really answers is what its description says, field for field.</summary>
public sealed class RepliesTests(TestPostgres postgres)
{
    private const string Embedding = """{"model":"nomic","embeddings":[[0.5,-0.25]],"total_duration":5,"load_duration":1,"prompt_eval_count":2}""";
    private const string Sms = """{"to":"+14195550124","body":"Shift confirmed for tomorrow, 6:00."}""";

    [Fact]
    public async Task Replies_are_as_described()
    {
        await using var model = await StubServer.StartAsync((context, body) => context.Request.Path.Value switch
        {
            "/api/embed" => context.Response.WriteAsync(Embedding, context.RequestAborted),
            "/api/tags" => context.Response.WriteAsync("""{"models":[{"name":"scripted","modified_at":"2026-11-22T10:00:00Z"}]}""", context.RequestAborted),
            _ when JsonNode.Parse(body)!["model"]!.ToString() == "texter" => OllamaStub.LinesAsync(context, OllamaStub.Whole(Sms)),
            _ => OllamaStub.HelloAsync(context, JsonNode.Parse(body)!),
        }, TestContext.Current.CancellationToken);
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url, settings: KeyCalls.Settings());
        using var client = gateway.As(KeyCalls.OperatorKey);
        var document = await client.GetJsonAsync("/openapi/v1.json");
        var check = new SchemaCheck(document);
        var met = new HashSet<string>(StringComparer.Ordinal);

        var chat = await CallAsync("POST", "/v1/chat", Calls.Hello());
        await CallAsync("POST", "/v1/chat/completions", With(Calls.Hello(), "dry_run", true));
        await CallAsync("POST", "/v1/messages", Hello());
        await CallAsync("POST", "/v1/messages/count_tokens", Without(Hello(), "max_tokens"));
        await CallAsync("POST", "/v1/embeddings", new JsonObject { ["model"] = "ollama/nomic", ["input"] = "Toledo" });
        await CallAsync("GET", "/v1/models");
        await CallAsync("GET", "/v1/models/ollama/scripted", template: "/v1/models/{id}");
        await Eventually.TrueAsync(async () => (await client.GetJsonAsync("/v1/usage"))["totals"]!["requests"]!.GetValue<long>() == 3, TestContext.Current.CancellationToken);
        await CallAsync("GET", "/v1/usage?group_by=consumer", template: "/v1/usage");
        await CallAsync("GET", $"/v1/requests/{chat["id"]}", template: "/v1/requests/{id}");
        await CallAsync("GET", "/v1/budgets");
        await CallAsync("GET", "/v1/budgets/bot", template: "/v1/budgets/{consumer}");
        await CallAsync("PUT", "/v1/budgets/bot", new JsonObject { ["calls"] = 9 }, "/v1/budgets/{consumer}");
        await CallAsync("DELETE", "/v1/budgets/bot", template: "/v1/budgets/{consumer}");
        await CallAsync("GET", "/v1/config");
        var key = (await CallAsync("POST", "/v1/keys", KeyCalls.New()))["id"]!.ToString();
        await CallAsync("GET", "/v1/keys");
        await CallAsync("GET", $"/v1/keys/{key}", template: "/v1/keys/{id}");
        await CallAsync("POST", $"/v1/keys/{key}/rotate", new JsonObject { ["grace_seconds"] = 60 }, "/v1/keys/{id}/rotate");
        await CallAsync("DELETE", $"/v1/keys/{key}", template: "/v1/keys/{id}");
        var session = (await CallAsync("POST", "/v1/sessions", new JsonObject { ["title"] = "one" }))["id"]!.ToString();
        await CallAsync("POST", $"/v1/sessions/{session}/messages", new JsonObject { ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = "x" }) }, "/v1/sessions/{id}/messages");
        await CallAsync("GET", "/v1/sessions");
        await CallAsync("GET", $"/v1/sessions/{session}", template: "/v1/sessions/{id}");
        await CallAsync("PATCH", $"/v1/sessions/{session}", new JsonObject { ["title"] = "two" }, "/v1/sessions/{id}");
        await CallAsync("POST", "/v1/context", new JsonObject { ["session_id"] = session });
        await CallAsync("GET", $"/v1/context?session_id={session}", template: "/v1/context");
        await CallAsync("DELETE", $"/v1/sessions/{session}", template: "/v1/sessions/{id}");
        var memory = (await CallAsync("POST", "/v1/memory", new JsonObject { ["text"] = "Acme pays weekly.", ["kind"] = "semantic", ["key"] = "pay", ["attributes"] = new JsonObject { ["city"] = "Toledo" } }))["memory"]!["id"]!.ToString();
        await CallAsync("POST", "/v1/memory", new JsonObject { ["text"] = "Acme pays weekly!", ["kind"] = "semantic" });
        await CallAsync("GET", "/v1/memory?state=all", template: "/v1/memory");
        await CallAsync("GET", "/v1/memory/search?query=acme&city=Toledo", template: "/v1/memory/search");
        await CallAsync("GET", "/v1/memory/audit");
        memory = (await CallAsync("POST", $"/v1/memory/{memory}/revise", new JsonObject { ["text"] = "Acme pays monthly." }, "/v1/memory/{id}/revise"))["memory"]!["id"]!.ToString();
        await CallAsync("GET", $"/v1/memory/{memory}", template: "/v1/memory/{id}");
        await CallAsync("POST", $"/v1/memory/{memory}/grade", new JsonObject { ["outcome"] = "helpful" }, "/v1/memory/{id}/grade");
        await CallAsync("POST", $"/v1/memory/{memory}/retire", new JsonObject { ["reason"] = "no longer" }, "/v1/memory/{id}/retire");
        await CallAsync("GET", "/v1/truth/rules?task_class=staffing.fill", template: "/v1/truth/rules");
        await CallAsync("POST", "/v1/truth/check", new JsonObject { ["task_class"] = "staffing.fill", ["context"] = new JsonObject() });
        await CallAsync("POST", "/v1/truth/reload");
        await CallAsync("PUT", "/v1/profiles/memory/facts", JsonNode.Parse("""{"settings":{"kinds":["semantic"]},"note":"facts"}""")!.AsObject(), "/v1/profiles/{kind}/{name}");
        await CallAsync("POST", "/v1/profiles/memory/facts/roll_back", new JsonObject { ["version"] = 1 }, "/v1/profiles/{kind}/{name}/roll_back");
        await CallAsync("GET", "/v1/profiles");
        await CallAsync("GET", "/v1/profiles/memory/facts", template: "/v1/profiles/{kind}/{name}");
        await CallAsync("POST", "/v1/profiles/memory/facts/retire", template: "/v1/profiles/{kind}/{name}/retire");
        var playbook = (await CallAsync("POST", "/v1/playbooks", JsonNode.Parse("""{"operation":"fill: Welder x2 in Toledo, OH","endorsed_names":["W-1"],"documents":[{"tool":"psql","version_seen":"17"}]}""")!.AsObject()))["playbook"]!["id"]!.ToString();
        await CallAsync("POST", "/v1/playbooks", JsonNode.Parse("""{"operation":"fill: Welder x2 in Toledo, OH","endorsed_names":["W-2"]}""")!.AsObject());
        await CallAsync("POST", "/v1/playbooks/boosts", new JsonObject { ["role"] = "Welder", ["city"] = "Toledo", ["state"] = "OH" });
        await CallAsync("POST", "/v1/playbooks/outcomes", new JsonObject { ["source_id"] = "s", ["kind"] = "tests", ["success"] = true, ["playbooks"] = new JsonArray(playbook) });
        await CallAsync("POST", $"/v1/playbooks/{playbook}/failures", new JsonObject { ["source_id"] = "t", ["reason"] = "x", ["name"] = "W-1" }, "/v1/playbooks/{id}/failures");
        await CallAsync("POST", $"/v1/playbooks/{playbook}/drift", JsonNode.Parse("""{"documents":[{"tool":"psql","version":"18"}]}""")!.AsObject(), "/v1/playbooks/{id}/drift");
        await CallAsync("POST", $"/v1/playbooks/{playbook}/resolve", new JsonObject { ["reason"] = "x" }, "/v1/playbooks/{id}/resolve");
        playbook = (await CallAsync("POST", $"/v1/playbooks/{playbook}/revise", new JsonObject { ["reason"] = "x", ["approach"] = "y" }, "/v1/playbooks/{id}/revise"))["playbook"]!["id"]!.ToString();
        await CallAsync("GET", $"/v1/playbooks/{playbook}", template: "/v1/playbooks/{id}");
        await CallAsync("GET", $"/v1/playbooks/{playbook}/history", template: "/v1/playbooks/{id}/history");
        await CallAsync("POST", $"/v1/playbooks/{playbook}/retire", new JsonObject { ["reason"] = "x" }, "/v1/playbooks/{id}/retire");
        await CallAsync("POST", "/v1/playbooks/retire", new JsonObject { ["schema_fingerprint"] = "aa" });
        await CallAsync("GET", "/v1/playbooks?status=all", template: "/v1/playbooks");
        await CallAsync("GET", "/v1/tools");
        await CallAsync("GET", "/v1/tools/current_time", template: "/v1/tools/{name}");
        await CallAsync("POST", "/v1/tools/current_time/call", new JsonObject { ["arguments"] = new JsonObject() }, "/v1/tools/{name}/call");
        await CallAsync("GET", "/v1/tools/audit");
        await CallAsync("POST", "/v1/staffing/datasets", new JsonObject { ["workers"] = 20, ["seed"] = 1 });
        await Eventually.TrueAsync(async () => (await client.GetJsonAsync("/v1/staffing/datasets"))["load"]!["status"]!.ToString() == "loaded", TestContext.Current.CancellationToken);
        await CallAsync("GET", "/v1/staffing/datasets");
        var csv = await FileAsync("/v1/staffing/datasets/{table}.csv");
        await FileAsync("/v1/staffing/datasets/{table}.parquet");
        await CallAsync("POST", "/v1/validate", new JsonObject { ["kind"] = "sms", ["artifact"] = JsonNode.Parse(Sms) });
        var iteration = (await CallAsync("POST", "/v1/iterate", new JsonObject { ["kind"] = "sms", ["prompt"] = "Confirm the shift.", ["model"] = "ollama/texter" }))["id"]!.ToString();
        await CallAsync("GET", "/v1/iterations");
        await CallAsync("GET", $"/v1/iterations/{iteration}", template: "/v1/iterations/{id}");
        await CallAsync("PUT", "/v1/staffing/datasets/clients", null, "/v1/staffing/datasets/{table}", csv);

        Assert.Equal(ApiDocumentTests.Operations(document).Select(operation => operation.Name).Order(StringComparer.Ordinal), met.Order(StringComparer.Ordinal));

        async Task<HttpContent> FileAsync(string template)
        {
            using var response = await client.GetAsync(template.Replace("{table}", "clients", StringComparison.Ordinal), TestContext.Current.CancellationToken);
            met.Add($"GET {template}");
            Assert.Contains(document["paths"]![template]!["get"]!["responses"]!["200"]!["content"]!.AsObject(), content => content.Key == response.Content.Headers.ContentType!.MediaType);
            return new ByteArrayContent(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)) { Headers = { ContentType = response.Content.Headers.ContentType } };
        }

        async Task<JsonNode> CallAsync(string method, string path, JsonObject? body = null, string? template = null, HttpContent? file = null)
        {
            var operation = document["paths"]![template ?? path]![method.ToLowerInvariant()]!;
            met.Add($"{method} {template ?? path}");
            if (body is not null)
            {
                Assert.Equal((path, ""), (path, string.Join("; ", check.Faults(operation["requestBody"]!["content"]!["application/json"]!["schema"], body))));
            }

            using var response = file is null ? await client.SendAsync(new HttpMethod(method), path, body) : await client.PutAsync(path, file, TestContext.Current.CancellationToken);
            var answer = await response.JsonAsync();
            Assert.True(response.IsSuccessStatusCode, $"{method} {path}: {answer.ToJsonString()}");
            var described = operation["responses"]![$"{(int)response.StatusCode}"]!;
            Assert.Equal((path, ""), (path, string.Join("; ", check.Faults(described["content"]!["application/json"]!["schema"], answer))));
            var undescribed = response.Headers.Select(header => header.Key.ToLowerInvariant())
                .Where(name => name.StartsWith("x-lakehouse-", StringComparison.Ordinal) && described["headers"]!.AsObject().All(header => header.Key != name));
            Assert.Equal((path, ""), (path, string.Join(", ", undescribed)));
            return answer;
        }
    }

    private static JsonObject Hello() => With(Calls.Hello(), "model", "ollama/scripted");

    private static JsonObject With(JsonObject body, string field, JsonNode value)
    {
        body[field] = value;
        return body;
    }

    private static JsonObject Without(JsonObject body, string field)
    {
        body.Remove(field);
        body.Remove("stream");
        return body;
    }
}
