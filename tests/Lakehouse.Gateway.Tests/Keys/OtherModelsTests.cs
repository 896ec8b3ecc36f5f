using System.Net;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Tests.Chat;
using Lakehouse.Testing;

namespace Lakehouse.Gateway.Tests.Keys;

/// <summary>A key's models hold for those too that a request lets the vendor choose instead.</summary>
public sealed class OtherModelsTests(TestPostgres postgres)
{
    [Fact]
    public async Task Model_that_the_key_may_not_use_is_refused_wherever_a_request_names_it()
    {
        await using var house = await VendorHouse.StartAsync(postgres, settings: new() { ["Keys:operator"] = KeyCalls.OperatorKey });
        using var client = house.Gateway.As(null);
        var key = KeyCalls.New("open");
        key["scopes"] = new JsonObject { ["models"] = new JsonArray("openrouter/m", "openrouter/good/*", "claude/m") };
        var (_, text) = await client.CreateAsync(key);

        (string Model, string Fields, string? Param)[] calls =
        [
            ("openrouter/m", """{"models":["good/one","bad/two"]}""", "models[1]"),
            ("openrouter/m", """{"models":"bad/two"}""", "models"),
            ("openrouter/m", """{"models":[{"id":"good/one"}]}""", "models[0]"),
            ("claude/m", """{"fallbacks":[{"model":"m"},{"model":"dear"}]}""", "fallbacks[1]"),
            ("claude/m", """{"fallbacks":["dear"]}""", "fallbacks[0]"),
            ("openrouter/m", """{"models":["good/one","m"]}""", null),
            ("claude/m", """{"fallbacks":[{"model":"m"}]}""", null),
        ];
        foreach (var (model, fields, param) in calls)
        {
            using var response = await house.AskAsync(text, "/v1/chat", model, fields);
            var error = (await response.JsonAsync())["error"];
            Assert.Equal((fields, param is null ? HttpStatusCode.OK : HttpStatusCode.Forbidden, param), (fields, response.StatusCode, error?["param"]?.ToString()));
            Assert.Equal(param is null ? null : "model_forbidden", error?["code"]?.ToString());
        }

        Assert.Equal(2, house.Vendor.Requests.Count);
        // a key without a list may name any
        using var free = await house.AskAsync(VendorHouse.Open, "/v1/chat", "openrouter/m", """{"models":["bad/two"]}""");
        Assert.Equal(HttpStatusCode.OK, free.StatusCode);
    }
}
