using System.Net;
using System.Text;
using Lakehouse.Testing;
using static Lakehouse.Gateway.Tests.Keys.KeyCalls;

namespace Lakehouse.Gateway.Tests.Keys;

public sealed class KeyRequestTests(TestPostgres postgres)
{
    private static readonly (string Field, string Body)[] Wrong =
    [
        ("body", ""), ("body", "nonsense"), ("body", "[]"), ("body", "null"),
        ("name", """{"consumer":"ci","name":"n","name":"m"}"""),
        ("consumer", """{"name":"n"}"""), ("consumer", """{"name":"n","consumer":null}"""), ("consumer", """{"name":"n","consumer":7}"""),
        ("consumer", """{"name":"n","consumer":""}"""), ("consumer", """{"name":"n","consumer":"Ci"}"""), ("consumer", """{"name":"n","consumer":"1ci"}"""),
        ("consumer", """{"name":"n","consumer":"ci\n"}"""), ("consumer", """{"name":"n","consumer":"a:b"}"""), ("consumer", """{"name":"n","consumer":"local"}"""),
        ("consumer", """{"name":"n","consumer":"operator"}"""), ("consumer", $$"""{"name":"n","consumer":"{{new string('c', 65)}}"}"""),
        ("consumer", """{"name":"n","consumer":"\ud800"}"""),
        ("name", """{"consumer":"ci"}"""), ("name", """{"consumer":"ci","name":"  "}"""), ("name", """{"consumer":"ci","name":"a\u0000b"}"""),
        ("name", """{"consumer":"ci","name":"\ud800"}"""), ("name", $$"""{"consumer":"ci","name":"{{new string('n', 101)}}"}"""),
        ("colour", """{"consumer":"ci","name":"n","colour":"red"}"""), ("key", """{"consumer":"ci","name":"n","key":"lh_mine"}"""),
        ("expires_at", """{"consumer":"ci","name":"n","expires_at":"2001-01-01T00:00:00Z"}"""), ("expires_at", """{"consumer":"ci","name":"n","expires_at":"tomorrow"}"""),
        ("expires_at", """{"consumer":"ci","name":"n","expires_at":"12:00"}"""), ("expires_at", """{"consumer":"ci","name":"n","expires_at":4102444800}"""),
        ("scopes", """{"consumer":"ci","name":"n","scopes":["admin"]}"""), ("scopes.role", """{"consumer":"ci","name":"n","scopes":{"role":"x"}}"""),
        ("scopes.admin", """{"consumer":"ci","name":"n","scopes":{"admin":"true"}}"""), ("scopes.models", """{"consumer":"ci","name":"n","scopes":{"models":"*"}}"""),
        ("scopes.models[1]", """{"consumer":"ci","name":"n","scopes":{"models":["ollama/*","gpt-4"]}}"""), ("scopes.models[0]", """{"consumer":"ci","name":"n","scopes":{"models":[null]}}"""),
        ("scopes.tools[0]", """{"consumer":"ci","name":"n","scopes":{"tools":["a b"]}}"""), ("scopes.tools[0]", """{"consumer":"ci","name":"n","scopes":{"tools":[""]}}"""),
        ("limits", """{"consumer":"ci","name":"n","limits":5}"""), ("limits.calls", """{"consumer":"ci","name":"n","limits":{"calls":-1}}"""),
        ("limits.day", """{"consumer":"ci","name":"n","limits":{"day":1}}"""),
    ];

    [Fact]
    public async Task Malformed_request_is_refused_by_the_name_of_its_field_and_makes_no_key()
    {
        await using var model = await OllamaStub.StartAsync();
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url, settings: Settings());
        using var client = gateway.As(OperatorKey);
        var (id, _) = await client.CreateAsync();

        foreach (var (field, body) in Wrong)
        {
            await RefusedAsync(client, "/v1/keys", body, field);
        }

        foreach (var (field, body) in new[] { ("grace_seconds", """{"grace_seconds":-1}"""), ("grace_seconds", """{"grace_seconds":604801}"""), ("grace_seconds", """{"grace_seconds":"60"}"""), ("grace_seconds", """{"grace_seconds":1.5}"""), ("grace", """{"grace":1}"""), ("body", "[]") })
        {
            await RefusedAsync(client, $"/v1/keys/{id}/rotate", body, field);
        }

        var only = Assert.Single((await client.OkAsync(HttpMethod.Get, "/v1/keys"))["data"]!.AsArray())!;
        Assert.Null(only["previous_until"]);
    }

    [Fact]
    public async Task Whole_request_is_kept_as_it_was_asked()
    {
        await using var model = await OllamaStub.StartAsync();
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url, settings: Settings());
        using var client = gateway.As(OperatorKey);
        const string scopes = """{"models":["ollama/*"],"tools":["sql_*"],"admin":true}""";
        using var content = new StringContent($$$"""{"consumer":"bot","name":"Ünïcode 🎉","scopes":{{{scopes}}},"expires_at":"2099-01-02T03:04:05+01:00","limits":{"calls":9,"requests_per_minute":3}}""", Encoding.UTF8, "application/json");

        using var response = await client.PostAsync("/v1/keys", content, TestContext.Current.CancellationToken);
        var made = await response.JsonAsync();
        var read = await client.OkAsync(HttpMethod.Get, $"/v1/keys/{made["id"]}");
        var budget = await client.OkAsync(HttpMethod.Get, "/v1/budgets/bot");

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal(("bot", "Ünïcode 🎉", scopes, "2099-01-02T02:04:05.000Z"), (read["consumer"]!.ToString(), read["name"]!.ToString(), read["scopes"]!.ToJsonString(), read["expires_at"]!.ToString()));
        Assert.Equal(("""{"calls":9,"requests_per_minute":3}""", false), (made["limits"]?.ToJsonString(), read.AsObject().ContainsKey("limits")));
        Assert.Equal((9, 160_000, 3), (budget["caps"]!["calls"]!.GetValue<long>(), budget["caps"]!["tokens"]!.GetValue<long>(), budget["requests_per_minute"]!.GetValue<long>()));
    }

    private static async Task RefusedAsync(HttpClient client, string path, string body, string field)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await client.PostAsync(path, content, TestContext.Current.CancellationToken);
        var error = (await response.JsonAsync())["error"]?.AsObject();
        Assert.True(response.StatusCode == HttpStatusCode.BadRequest && error?["param"]?.ToString() == field, $"{body} -> {response.StatusCode} {error?.ToJsonString()}");
        Assert.Equal("invalid_request", error!["code"]!.ToString());
    }
}
