using System.Net;
using Lakehouse.Testing;
using Microsoft.AspNetCore.Http;

namespace Lakehouse.Gateway.Tests.Chat;

/// <summary>Every row of docs/errors.md, produced over HTTP.</summary>
public sealed class ErrorTests(TestPostgres postgres)
{
    private const string CloudKey = "cloud-secret-0123456789abcdef";

    private static readonly Dictionary<string, string> BadInputs = new()
    {
        ["{"] = "body",
        ["[]"] = "body",
        ["""{"model":"m","model":"n","messages":[{"role":"user","content":"x"}]}"""] = "model",
        ["""{"model":"m","messages":[{"role":"user","content":"x","a_field_with_a_long_name":1,"a_field_with_a_long_n\u0061me":2}]}"""] = "a_field_with_a_long_name",
        ["""{"\ud800":1,"model":"m","messages":[{"role":"user","content":"x"}]}"""] = "body",
        ["""{"\ud800":1,"model":"m","model":"n","messages":[{"role":"user","content":"x"}]}"""] = "body",
        ["""{"model":"m","messages":[{"role":"user","content":"x","\ud800":1,"\ud800":2}]}"""] = "body",
        ["""{"model":"m"}"""] = "messages",
        ["""{"model":"m","messages":[]}"""] = "messages",
        ["""{"model":"m","messages":[1]}"""] = "messages[0]",
        ["""{"model":"m","messages":[{"role":"king","content":"x"}]}"""] = "messages[0].role",
        ["""{"model":"m","messages":[{"role":"user"}]}"""] = "messages[0].content",
        ["""{"model":"m","messages":[{"role":"user","content":7}]}"""] = "messages[0].content",
        ["""{"messages":[{"role":"user","content":"x"}]}"""] = "model",
        ["""{"model":7,"messages":[{"role":"user","content":"x"}]}"""] = "model",
        ["""{"model":"ollama/","messages":[{"role":"user","content":"x"}]}"""] = "model",
        ["""{"model":"m\u0000","messages":[{"role":"user","content":"x"}]}"""] = "model",
        ["""{"model":"m","task_class":"a\u0000b","messages":[{"role":"user","content":"x"}]}"""] = "task_class",
        ["""{"model":"m","session_id":"\n","messages":[{"role":"user","content":"x"}]}"""] = "session_id",
        ["""{"model":"m","provider":"\u007f","messages":[{"role":"user","content":"x"}]}"""] = "provider",
        ["""{"model":"m","max_tokens":0,"messages":[{"role":"user","content":"x"}]}"""] = "max_tokens",
        ["""{"model":"m","max_completion_tokens":"9","messages":[{"role":"user","content":"x"}]}"""] = "max_completion_tokens",
        ["""{"model":"m","n":2,"messages":[{"role":"user","content":"x"}]}"""] = "n",
        ["""{"model":"m","stream":"yes","messages":[{"role":"user","content":"x"}]}"""] = "stream",
        ["""{"model":"m","think":"much","messages":[{"role":"user","content":"x"}]}"""] = "think",
        ["""{"model":"m","dry_run":1,"messages":[{"role":"user","content":"x"}]}"""] = "dry_run",
        ["""{"model":"m","clamp":"yes","messages":[{"role":"user","content":"x"}]}"""] = "clamp",
        ["""{"model":"m","failed_attempts":-1,"messages":[{"role":"user","content":"x"}]}"""] = "failed_attempts",
        ["""{"model":"m","context":"Toledo","messages":[{"role":"user","content":"x"}]}"""] = "context",
        ["""{"model":"m","tools":["sum"],"messages":[{"role":"user","content":"x"}]}"""] = "tools[0]",
        ["""{"model":"m","tools":{},"messages":[{"role":"user","content":"x"}]}"""] = "tools",
        ["""{"model":"m","tool_choice":"required","tools":[],"messages":[{"role":"user","content":"x"}]}"""] = "tool_choice",
        ["""{"model":"m","logit_bias":{"1":2},"messages":[{"role":"user","content":"x"}]}"""] = "logit_bias",
        ["""{"model":"m","response_format":{"type":"xml"},"messages":[{"role":"user","content":"x"}]}"""] = "response_format.type",
        ["""{"model":"m","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"http://x/y.png"}}]}]}"""] = "messages[0].content[0].image_url.url",
        ["""{"model":"m","messages":[{"role":"user","content":[{"type":"input_audio"}]}]}"""] = "messages[0].content[0].type",
        ["""{"model":"m","messages":[{"role":"tool","content":"x"}]}"""] = "messages[0].tool_call_id",
    };

    [Fact]
    public async Task Bad_input_names_the_field_and_sends_nothing()
    {
        await using var model = await OllamaStub.StartAsync();
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url);
        using var client = gateway.As(GatewayApp.BotKey);

        foreach (var (body, param) in BadInputs)
        {
            using var response = await client.PostAsync("/v1/chat", new StringContent(body), TestContext.Current.CancellationToken);

            Assert.Equal((body, HttpStatusCode.BadRequest), (body, response.StatusCode));
            Assert.Equal((body, param), (body, (await response.JsonAsync())["error"]!["param"]!.ToString()));
        }

        Assert.Empty(model.Requests);
        Assert.Equal(20, (await client.GetJsonAsync("/v1/budgets/bot"))["remaining"]!["calls"]!.GetValue<long>());
    }

    [Fact]
    public async Task Upstream_refusal_is_mapped_and_its_secrets_are_gone()
    {
        var upstream = 0;
        await using var model = await OllamaStub.StartAsync(async (context, _) =>
        {
            context.Response.StatusCode = upstream;
            context.Response.Headers.RetryAfter = "7";
            await context.Response.WriteAsync($$"""{"error":"no, not with {{CloudKey}} in Bearer {{CloudKey}}"}""", context.RequestAborted);
        });
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url, settings: new() { ["Providers:ollama_cloud:api_key"] = CloudKey });
        using var client = gateway.As(GatewayApp.BotKey);

        foreach (var (answered, code, status) in new[]
        {
            (400, "upstream_invalid_request", 400), (401, "upstream_auth", 502), (402, "upstream_quota", 502), (404, "model_not_found", 404),
            (429, "rate_limited", 429), (500, "upstream_unavailable", 502), (529, "upstream_unavailable", 502),
        })
        {
            upstream = answered;
            using var response = await client.ChatAsync(Calls.Hello("cloud/gpt-oss:20b"));

            Assert.Equal((answered, status), (answered, (int)response.StatusCode));
            Assert.Equal(code, await response.ErrorCodeAsync());
            Assert.DoesNotContain(CloudKey, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
            Assert.Equal(status == 429 ? "7" : null, response.Headers.RetryAfter?.ToString());
        }

        Assert.All(model.Requests, request => Assert.Equal($"Bearer {CloudKey}", request.Headers["Authorization"]));
    }

    [Fact]
    public async Task Unreachable_model_is_502_and_gives_the_hold_back()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, $"http://127.0.0.1:{FreePort.Next()}");
        using var client = gateway.As(GatewayApp.BotKey);

        using var response = await client.ChatAsync(Calls.Hello());

        Assert.Equal("upstream_unreachable", await response.ErrorCodeAsync());
        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        var budget = await client.GetJsonAsync("/v1/budgets/bot");
        Assert.Equal(20, budget["remaining"]!["calls"]!.GetValue<long>());
        Assert.Equal(160_000, budget["remaining"]!["tokens"]!.GetValue<long>());
    }

    [Theory]
    [InlineData("first", "upstream_first_byte_timeout")]
    [InlineData("idle", "upstream_idle_timeout")]
    public async Task Slow_model_is_504_and_charged(string where, string code)
    {
        await using var model = await OllamaStub.StartAsync(async (context, _) =>
        {
            if (where == "idle")
            {
                await context.Response.WriteAsync("{\"model\":", context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
            }

            await OllamaStub.HangAsync(context);
        });
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url, settings: new() { ["Routing:File"] = TestConfig.Routing("[timeouts]\nfirst_byte_seconds = 0.5\nidle_seconds = 0.5\n") });
        using var client = gateway.As(GatewayApp.BotKey);

        using var response = await client.ChatAsync(Calls.Hello());

        Assert.Equal(HttpStatusCode.GatewayTimeout, response.StatusCode);
        Assert.Equal(code, await response.ErrorCodeAsync());
        Assert.Equal(1, (await client.GetJsonAsync("/v1/budgets/bot"))["used"]!["calls"]!.GetValue<long>());
    }

    [Fact]
    public async Task Garbage_is_502()
    {
        var reply = "";
        await using var model = await OllamaStub.StartAsync((context, _) => context.Response.WriteAsync(reply, context.RequestAborted));
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url);
        using var client = gateway.As(null);

        foreach (var (garbage, code) in new[]
        {
            ("<html>", "upstream_protocol"), ("""{"done":true}""", "upstream_protocol"),
            ("""{"message":{"role":"assistant","content":"half"},"done":false}""", "upstream_cut_stream"),
        })
        {
            reply = garbage;
            using var response = await client.ChatAsync(Calls.Hello());

            Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
            Assert.Equal((garbage, code), (garbage, await response.ErrorCodeAsync()));
        }
    }

    [Fact]
    public async Task Provider_without_key_is_503_unknown_provider_404_unknown_path_404()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1");
        using var client = gateway.As(null);
        var unknown = Calls.Hello();
        unknown["provider"] = "acme";

        using var keyless = await client.ChatAsync(Calls.Hello("gpt-oss:20b:cloud"));
        using var strange = await client.ChatAsync(unknown);
        using var path = await client.GetAsync("/v1/nothing", TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "provider_not_configured"), (keyless.StatusCode, await keyless.ErrorCodeAsync()));
        Assert.Equal((HttpStatusCode.NotFound, "provider_not_found"), (strange.StatusCode, await strange.ErrorCodeAsync()));
        Assert.Equal((HttpStatusCode.NotFound, "not_found"), (path.StatusCode, await path.ErrorCodeAsync()));
    }

    [Fact]
    public async Task Too_large_a_request_is_413()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1");
        using var client = gateway.As(null);

        using var response = await client.PostAsync("/v1/chat", new ByteArrayContent(new byte[(20 << 20) + 1]), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Equal("request_too_large", await response.ErrorCodeAsync());
    }

    [Fact]
    public async Task Model_without_price_is_refused_where_money_is_capped()
    {
        await using var model = await OllamaStub.StartAsync();
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url, settings: new()
        {
            ["Providers:ollama_cloud:api_key"] = CloudKey, ["Budgets:Consumers:bot:NanoUsd"] = "1000000000",
        });
        using var client = gateway.As(GatewayApp.BotKey);

        using var unknown = await client.ChatAsync(Calls.Hello("cloud/mystery:1b"));
        using var known = await client.ChatAsync(Calls.Hello("cloud/gpt-oss:20b"));

        Assert.Equal((HttpStatusCode.BadRequest, "price_unknown"), (unknown.StatusCode, await unknown.ErrorCodeAsync()));
        Assert.Equal(HttpStatusCode.OK, known.StatusCode);
        Assert.Equal($"{(11 * 50) + (7 * 200)}", known.Headers.GetValues("x-lakehouse-cost-nano-usd").Single());
    }
}
