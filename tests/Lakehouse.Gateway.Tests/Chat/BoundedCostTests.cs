using System.Net;
using System.Text.Json.Nodes;
using Lakehouse.Testing;

namespace Lakehouse.Gateway.Tests.Chat;

/// <summary>What would use or cost more than was reserved is refused by name where a cap holds, and goes out where none does.</summary>
public sealed class BoundedCostTests(TestPostgres postgres)
{
    private static readonly (string Path, string Model, string Fields, string Param)[] Unbounded =
    [
        ("/v1/chat", "openrouter/m", """{"plugins":[{"id":"web"}]}""", "plugins"),
        ("/v1/chat", "openrouter/m", """{"models":["a/b"]}""", "models"),
        ("/v1/chat", "openrouter/m", """{"preset":"mine"}""", "preset"),
        ("/v1/chat", "openrouter/m:online", "{}", "model"),
        ("/v1/chat", "openrouter/m:free:ONLINE", "{}", "model"),
        ("/v1/chat", "openrouter/m@preset/mine", "{}", "model"),
        ("/v1/chat", "openai/m", """{"web_search_options":{"search_context_size":"low"}}""", "web_search_options"),
        ("/v1/chat", "openai/m", """{"messages":[{"role":"user","content":[{"type":"video_url","video_url":{"url":"https://example.com/long.mp4"}}]}]}""", "messages[0].content[0]"),
        ("/v1/chat", "openai/m", """{"messages":[{"role":"user","content":[{"type":"text","text":"read"},{"type":"file","file":{"file_id":"file-1"}}]}]}""", "messages[0].content[1].file.file_id"),
        ("/v1/messages", "claude/m", """{"fallbacks":[{"model":"claude-dear"}]}""", "fallbacks"),
        ("/v1/messages", "claude/m", """{"mcp_servers":[{"type":"url","url":"https://example.com","name":"x"}]}""", "mcp_servers"),
        ("/v1/messages", "claude/m", """{"tools":[{"type":"web_search_20260209","name":"web_search"}]}""", "tools[0].type"),
        ("/v1/messages", "claude/m", """{"messages":[{"role":"user","content":[{"type":"image","source":{"type":"file","file_id":"file_1"}}]}]}""", "messages[0].content[0].source"),
        ("/v1/messages", "claude/m", """{"messages":[{"role":"user","content":[{"type":"document","source":{"type":"file","file_id":"file_1"}}]}]}""", "messages[0].content[0].source"),
        ("/v1/messages", "claude/m", """{"messages":[{"role":"user","content":[{"type":"container_upload","file_id":"file_1"}]}]}""", "messages[0].content[0].file_id"),
        ("/v1/messages", "claude/m", """
            {"messages":[{"role":"user","content":"read"},{"role":"assistant","content":[{"type":"tool_use","id":"t","name":"read","input":{}}]},
             {"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":[{"type":"document","source":{"type":"file","file_id":"file_1"}}]}]}]}
            """, "messages[2].content[0].source"),
    ];

    private static readonly (string Path, string Model, string Fields, string Param)[] Dearer =
    [
        ("/v1/messages", "claude/m", """{"speed":"fast"}""", "speed"),
        ("/v1/messages", "claude/m", """{"inference_geo":"us"}""", "inference_geo"),
        ("/v1/chat", "claude/m", """{"speed":"fast"}""", "speed"),
        ("/v1/chat", "claude/m", """{"inference_geo":"us"}""", "inference_geo"),
        ("/v1/chat", "openai/m", """{"service_tier":"priority"}""", "service_tier"),
        ("/v1/chat", "openrouter/m", """{"service_tier":"priority"}""", "service_tier"),
    ];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_nobody_can_bound_is_refused_by_name_under_a_cap_in_tokens_or_money()
    {
        await using var house = await VendorHouse.StartAsync(postgres);

        foreach (var (path, model, fields, param) in Unbounded)
        {
            foreach (var key in new[] { VendorHouse.Tokens, VendorHouse.Money })
            {
                using var refused = await house.AskAsync(key, path, model, fields);
                Assert.Equal((fields, HttpStatusCode.BadRequest, ("cost_not_bounded", param)), (fields, refused.StatusCode, await RefusalAsync(refused)));
            }
        }

        Assert.Empty(house.Vendor.Requests);
        foreach (var (path, model, fields, _) in Unbounded)
        {
            using var sent = await house.AskAsync(VendorHouse.Open, path, model, fields);
            Assert.Equal((fields, HttpStatusCode.OK), (fields, sent.StatusCode));
        }
    }

    [Fact]
    public async Task What_multiplies_the_price_is_refused_by_name_under_a_cap_in_money()
    {
        await using var house = await VendorHouse.StartAsync(postgres);

        foreach (var (path, model, fields, param) in Dearer)
        {
            using var refused = await house.AskAsync(VendorHouse.Money, path, model, fields);
            Assert.Equal((fields, HttpStatusCode.BadRequest, ("cost_not_bounded", param)), (fields, refused.StatusCode, await RefusalAsync(refused)));
        }

        Assert.Empty(house.Vendor.Requests);
        using var client = house.Gateway.As(VendorHouse.Money);
        Assert.Equal(0, (await client.GetJsonAsync("/v1/budgets/money"))["used"]!["nano_usd"]!.GetValue<long>());
        foreach (var (path, model, fields, _) in Dearer)
        {
            // tokens cost more there, and are not more
            using var sent = await house.AskAsync(VendorHouse.Tokens, path, model, fields);
            Assert.Equal((fields, HttpStatusCode.OK), (fields, sent.StatusCode));
        }
    }

    [Theory]
    [InlineData("/v1/messages", "claude/m", """{"speed":"standard","inference_geo":"global","service_tier":"auto"}""")]
    [InlineData("/v1/messages", "claude/m", """{"service_tier":"standard_only"}""")]
    [InlineData("/v1/chat", "openai/m", """{"service_tier":"flex"}""")]
    [InlineData("/v1/chat", "openai/m", """{"service_tier":"default","models":[],"plugins":null}""")]
    public async Task What_costs_the_listed_price_goes_out_under_a_cap_in_money(string path, string model, string fields)
    {
        await using var house = await VendorHouse.StartAsync(postgres);

        using var sent = await house.AskAsync(VendorHouse.Money, path, model, fields);

        Assert.Equal(HttpStatusCode.OK, sent.StatusCode);
    }

    [Fact]
    public async Task Cap_of_a_route_in_money_refuses_both()
    {
        var routing = TestConfig.Routing("[limits]\nmax_cost_nano_usd = 1000000\n");
        await using var house = await VendorHouse.StartAsync(postgres, settings: new() { ["Routing:File"] = routing });

        using var dearer = await house.AskAsync(VendorHouse.Open, "/v1/chat", "openai/m", """{"service_tier":"priority"}""");
        using var unbounded = await house.AskAsync(VendorHouse.Open, "/v1/chat", "openrouter/m", """{"plugins":[{"id":"web"}]}""");

        Assert.Equal(("cost_not_bounded", "service_tier"), await RefusalAsync(dearer));
        Assert.Equal(("cost_not_bounded", "plugins"), await RefusalAsync(unbounded));
        Assert.Empty(house.Vendor.Requests);
    }

    [Theory]
    [InlineData("openai/m", "functions", "[{\"name\":\"f\",\"description\":\"LONG\"}]")]
    [InlineData("openai/m", "tools", "[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"description\":\"LONG\"}}]")]
    [InlineData("openai/m", "prediction", "{\"type\":\"content\",\"content\":\"LONG\"}")]
    [InlineData("openai/m", "response_format", "{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"s\",\"schema\":{\"description\":\"LONG\"}}}")]
    [InlineData("claude/m", "system", "\"LONG\"")]
    public async Task What_stands_beside_the_messages_is_reserved_for(string model, string field, string value)
    {
        await using var house = await VendorHouse.StartAsync(postgres, settings: new() { ["Budgets:Consumers:bot:Tokens"] = "5000" });

        using var denied = await house.AskAsync(VendorHouse.Tokens, "/v1/chat", model, $$"""{"{{field}}":{{value.Replace("LONG", new string('x', 5000), StringComparison.Ordinal)}}}""");

        Assert.Equal((HttpStatusCode.TooManyRequests, "budget_exceeded"), (denied.StatusCode, await denied.ErrorCodeAsync()));
        Assert.Empty(house.Vendor.Requests);
    }

    // OpenAI's object or Anthropic's
    private static async Task<(string? Code, string? Param)> RefusalAsync(HttpResponseMessage response)
    {
        var error = JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancelled))!["error"]!;
        return error["details"] is { } details ? (details["error_code"]?.ToString(), details["param"]?.ToString()) : (error["code"]?.ToString(), error["param"]?.ToString());
    }
}
