using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Lakehouse.Testing;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using static Lakehouse.Gateway.Tests.Keys.KeyCalls;

namespace Lakehouse.Gateway.Tests.Keys;

public sealed class KeysApiTests(TestPostgres postgres)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task New_key_is_shown_once_and_spends_its_consumers_budget()
    {
        await using var model = await OllamaStub.StartAsync();
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url, settings: Settings());
        using var client = gateway.CreateClient();

        using var response = await client.SendAsync(HttpMethod.Post, "/v1/keys", New());
        var made = (await response.JsonAsync()).AsObject();
        var (id, key) = (made["id"]!.ToString(), made["key"]!.ToString());
        using var ci = gateway.As(key);
        using var chat = await ci.ChatAsync(Calls.Hello());
        var budget = await ci.GetJsonAsync("/v1/budgets/ci");
        var read = (await client.OkAsync(HttpMethod.Get, $"/v1/keys/{id}")).AsObject();
        var listed = await client.OkAsync(HttpMethod.Get, "/v1/keys");

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal(($"/v1/keys/{id}", true), (response.Headers.Location!.ToString(), response.Headers.CacheControl!.NoStore));
        Assert.Matches(@"\Akey_[0-9a-f]{32}\z", id);
        Assert.Matches(@"\Alh_ci_[A-Za-z0-9_-]{43}\z", key);
        Assert.Equal(
            ("ci", "nightly", key[6..14], "operator", """{"models":[],"tools":[],"admin":false}"""),
            (made["consumer"]!.ToString(), made["name"]!.ToString(), made["hint"]!.ToString(), made["created_by"]!.ToString(), made["scopes"]!.ToJsonString()));
        Assert.Equal(HttpStatusCode.OK, chat.StatusCode);
        Assert.Equal((1, 2_000, "default"), (budget["used"]!["calls"]!.GetValue<long>(), budget["caps"]!["calls"]!.GetValue<long>(), budget["source"]!.ToString()));
        Assert.Equal(
            ["id", "consumer", "name", "hint", "scopes", "created_at", "created_by", "expires_at", "revoked_at", "last_used_at", "previous_until"],
            read.Select(field => field.Key));
        Assert.DoesNotContain(key[^35..], listed.ToJsonString() + read.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(id, Assert.Single(listed["data"]!.AsArray())!["id"]!.ToString());
    }

    [Fact]
    public async Task Key_is_taken_from_the_headers_that_clients_use()
    {
        await using var model = await OllamaStub.StartAsync();
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url, settings: Settings());
        using var client = gateway.CreateClient();
        var (_, key) = await client.CreateAsync();

        Assert.Equal(HttpStatusCode.OK, await StatusAsync("Authorization", $"Bearer {key}"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("Authorization", $"bearer  {key}"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("Authorization", key));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("x-api-key", key));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("x-api-key", GatewayApp.BotKey));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync("x-api-key", key + "x"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync("Authorization", $"Basic {key}"));

        async Task<HttpStatusCode> StatusAsync(string header, string value)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/usage");
            request.Headers.TryAddWithoutValidation(header, value);
            using var response = await client.SendAsync(request, Cancelled);
            return response.StatusCode;
        }
    }

    [Fact]
    public async Task Only_an_admin_scope_passes_every_admin_route()
    {
        await using var model = await OllamaStub.StartAsync();
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url, settings: Settings());
        using var client = gateway.CreateClient();
        var (id, ordinary) = await client.CreateAsync();
        var admin = New("deputy");
        admin["scopes"] = new JsonObject { ["admin"] = true };
        var (_, deputy) = await client.CreateAsync(admin);
        (HttpMethod Method, string Path, JsonObject? Body)[] routes =
        [
            (HttpMethod.Get, "/v1/keys", null), (HttpMethod.Post, "/v1/keys", New("other")), (HttpMethod.Get, $"/v1/keys/{id}", null),
            (HttpMethod.Post, $"/v1/keys/{id}/rotate", null), (HttpMethod.Put, "/v1/budgets/ci", new() { ["calls"] = 3 }),
            (HttpMethod.Delete, "/v1/budgets/ci", null), (HttpMethod.Delete, $"/v1/keys/{id}", null),
        ];

        foreach (var (method, path, body) in routes)
        {
            foreach (var key in new[] { null, GatewayApp.BotKey, ordinary })
            {
                using var forbidden = await client.SendAsync(method, path, body?.DeepClone(), key);
                var error = (await forbidden.JsonAsync())["error"]!;
                Assert.Equal((HttpStatusCode.Forbidden, "forbidden", "permission_error"), (forbidden.StatusCode, error["code"]!.ToString(), error["type"]!.ToString()));
                Assert.Contains("scope `admin`", error["message"]!.ToString(), StringComparison.Ordinal);
            }

            using var unknown = await client.SendAsync(method, path, body?.DeepClone(), "lh_ci_" + new string('A', 43));
            Assert.Equal(HttpStatusCode.Unauthorized, unknown.StatusCode);
        }

        Assert.Equal(Admitted, await client.UseAsync(ordinary));
        Assert.Equal(2, (await client.OkAsync(HttpMethod.Get, "/v1/keys"))["data"]!.AsArray().Count);
        foreach (var (method, path, body) in routes)
        {
            using var passed = await client.SendAsync(method, path, body?.DeepClone(), deputy);
            Assert.True(passed.IsSuccessStatusCode, $"{method} {path}: {passed.StatusCode}");
        }

        Assert.Equal(Refused, await client.UseAsync(ordinary));
    }

    [Fact]
    public async Task Key_at_rest_is_a_hash_and_nothing_of_its_text()
    {
        await using var model = await OllamaStub.StartAsync();
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url, settings: Settings());
        using var client = gateway.CreateClient();
        var (id, first) = await client.CreateAsync();
        var second = (await client.OkAsync(HttpMethod.Post, $"/v1/keys/{id}/rotate"))["key"]!.ToString();

        await using var connection = new NpgsqlConnection(gateway.Database);
        await connection.OpenAsync(Cancelled);
        await using var read = new NpgsqlCommand("select k::text, encode(hash, 'hex'), encode(previous_hash, 'hex'), hint from gateway.keys k", connection);
        await using var row = await read.ExecuteReaderAsync(Cancelled);
        Assert.True(await row.ReadAsync(Cancelled));
        var (whole, hash, previous, hint) = (row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3));

        Assert.Equal((Sha256(second), Sha256(first), second[6..14]), (hash, previous, hint));
        Assert.All([first[6..15], second[6..15], first[^35..], second[^35..]], part => Assert.DoesNotContain(part, whole, StringComparison.Ordinal));
        Assert.False(await row.ReadAsync(Cancelled));

        static string Sha256(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    [Fact]
    public async Task Rotated_key_admits_both_texts_until_the_grace_ends()
    {
        await using var model = await OllamaStub.StartAsync();
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url, settings: Settings());
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var timed = At(gateway, clock);
        using var client = timed.CreateClient();
        var (id, first) = await client.CreateAsync();

        var rotated = await client.OkAsync(HttpMethod.Post, $"/v1/keys/{id}/rotate", new JsonObject { ["grace_seconds"] = 60 });
        var second = rotated["key"]!.ToString();
        Assert.Equal(id, rotated["id"]!.ToString());
        Assert.NotEqual(first, second);
        Assert.Equal((Admitted, Admitted), (await client.UseAsync(first), await client.UseAsync(second)));
        using var early = await client.SendAsync(HttpMethod.Post, $"/v1/keys/{id}/rotate");
        Assert.Equal((HttpStatusCode.Conflict, "key_conflict"), (early.StatusCode, await early.ErrorCodeAsync()));

        clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal((Admitted, Admitted), (await client.UseAsync(first), await client.UseAsync(second)));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((Refused, Admitted), (await client.UseAsync(first), await client.UseAsync(second)));

        var third = (await client.OkAsync(HttpMethod.Post, $"/v1/keys/{id}/rotate"))["key"]!.ToString();
        var fourth = (await client.OkAsync(HttpMethod.Post, $"/v1/keys/{id}/rotate", new JsonObject { ["grace_seconds"] = 0 }))["key"]!.ToString();
        Assert.Equal((Refused, Refused, Admitted), (await client.UseAsync(second), await client.UseAsync(third), await client.UseAsync(fourth)));
    }

    [Fact]
    public async Task Concurrent_rotations_have_one_winner_and_lose_no_key()
    {
        await using var model = await OllamaStub.StartAsync();
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url, settings: Settings());
        using var client = gateway.CreateClient();
        var (id, first) = await client.CreateAsync();

        var responses = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => client.SendAsync(HttpMethod.Post, $"/v1/keys/{id}/rotate")));

        var winner = await Assert.Single(responses, response => response.StatusCode == HttpStatusCode.OK).JsonAsync();
        Assert.All(responses.Where(response => response.StatusCode != HttpStatusCode.OK), response => Assert.Equal(HttpStatusCode.Conflict, response.StatusCode));
        Assert.Equal((Admitted, Admitted), (await client.UseAsync(first), await client.UseAsync(winner["key"]!.ToString())));
    }

    [Fact]
    public async Task Revoked_key_is_refused_at_once_and_for_ever()
    {
        await using var model = await OllamaStub.StartAsync();
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url, settings: Settings());
        using var client = gateway.CreateClient();
        var (id, first) = await client.CreateAsync();
        var second = (await client.OkAsync(HttpMethod.Post, $"/v1/keys/{id}/rotate"))["key"]!.ToString();
        var (_, other) = await client.CreateAsync();
        Assert.Equal((Admitted, Admitted), (await client.UseAsync(first), await client.UseAsync(second)));

        var revoked = await client.OkAsync(HttpMethod.Delete, $"/v1/keys/{id}");
        Assert.Equal((Refused, Refused, Admitted), (await client.UseAsync(first), await client.UseAsync(second), await client.UseAsync(other)));
        var again = await client.OkAsync(HttpMethod.Delete, $"/v1/keys/{id}");
        using var rotate = await client.SendAsync(HttpMethod.Post, $"/v1/keys/{id}/rotate");

        Assert.NotNull(revoked["revoked_at"]);
        Assert.Equal(revoked["revoked_at"]!.ToString(), again["revoked_at"]!.ToString());
        Assert.Equal(HttpStatusCode.Conflict, rotate.StatusCode);
        Assert.Equal(Refused, await client.UseAsync(second));
        foreach (var unknown in new[] { "key_00000000000000000000000000000000", "nonsense", "a%20b" })
        {
            using var missing = await client.SendAsync(HttpMethod.Delete, $"/v1/keys/{unknown}");
            using var unread = await client.SendAsync(HttpMethod.Get, $"/v1/keys/{unknown}");
            using var unrotated = await client.SendAsync(HttpMethod.Post, $"/v1/keys/{unknown}/rotate");
            Assert.Equal("key_not_found", await missing.ErrorCodeAsync());
            Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound, HttpStatusCode.NotFound), (missing.StatusCode, unread.StatusCode, unrotated.StatusCode));
        }
    }

    [Fact]
    public async Task Expired_key_is_refused_from_its_last_moment()
    {
        await using var model = await OllamaStub.StartAsync();
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url, settings: Settings());
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var timed = At(gateway, clock);
        using var client = timed.CreateClient();
        var body = New();
        body["expires_at"] = clock.GetUtcNow().AddHours(1).UtcDateTime.ToString("O");
        var (id, key) = await client.CreateAsync(body);
        var rotated = (await client.OkAsync(HttpMethod.Post, $"/v1/keys/{id}/rotate", new JsonObject { ["grace_seconds"] = 604_800 }))["key"]!.ToString();

        clock.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal((Admitted, Admitted), (await client.UseAsync(key), await client.UseAsync(rotated)));
        clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal((Refused, Refused), (await client.UseAsync(key), await client.UseAsync(rotated)));
        using var rotate = await client.SendAsync(HttpMethod.Post, $"/v1/keys/{id}/rotate");
        Assert.Equal(HttpStatusCode.Conflict, rotate.StatusCode);
    }

    [Fact]
    public async Task Pages_hold_every_key_once_in_the_order_made()
    {
        await using var model = await OllamaStub.StartAsync();
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url, settings: Settings());
        using var client = gateway.CreateClient();
        var made = new List<string>();
        for (var key = 0; key < 5; key++)
        {
            made.Add((await client.CreateAsync(New(key == 4 ? "late" : "ci"))).Id);
        }

        var seen = new List<string>();
        var (after, more) = ("", true);
        while (more)
        {
            var page = await client.OkAsync(HttpMethod.Get, $"/v1/keys?limit=2&after={after}");
            seen.AddRange(page["data"]!.AsArray().Select(key => key!["id"]!.ToString()));
            (after, more) = (page["last_id"]!.ToString(), page["has_more"]!.GetValue<bool>());
        }

        Assert.Equal(made.Order(StringComparer.Ordinal), seen);
        Assert.Single((await client.OkAsync(HttpMethod.Get, "/v1/keys?consumer=late"))["data"]!.AsArray());
        foreach (var (query, param) in new[] { ("limit=0", "limit"), ("limit=101", "limit"), ("limit=x", "limit"), ("after=%00", "after"), ("consumer=%00", "consumer"), ("page=2", "page") })
        {
            using var refused = await client.SendAsync(HttpMethod.Get, $"/v1/keys?{query}");
            Assert.Equal((HttpStatusCode.BadRequest, param), (refused.StatusCode, (await refused.JsonAsync())["error"]!["param"]!.ToString()));
        }
    }

    [Fact]
    public async Task Last_use_is_written_in_batches()
    {
        await using var model = await OllamaStub.StartAsync();
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url, settings: Settings(("KeyRefresh:Interval", "00:00:00.1")));
        using var client = gateway.CreateClient();
        var (used, key) = await client.CreateAsync();
        var (unused, _) = await client.CreateAsync();
        Assert.Equal(Admitted, await client.UseAsync(key));

        await Eventually.GetAsync(() => client.OkAsync(HttpMethod.Get, $"/v1/keys/{used}"), view => view["last_used_at"] is not null, Cancelled);

        Assert.Null((await client.OkAsync(HttpMethod.Get, $"/v1/keys/{unused}"))["last_used_at"]);
    }

    [Fact]
    public async Task Same_key_for_two_consumers_of_the_configuration_stops_the_start()
    {
        await using var model = await OllamaStub.StartAsync();
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url, settings: Settings(("Keys:other", OperatorKey)));

        var problem = Assert.Throws<InvalidOperationException>(() => gateway.CreateClient());

        Assert.Equal("Keys:other is the same key as Keys:operator; accepted is a key for each consumer.", problem.Message);
    }

    [Fact]
    public async Task Key_for_what_is_no_consumers_name_stops_the_start()
    {
        await using var model = await OllamaStub.StartAsync();
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url, settings: Settings(("Keys:Nightly", "key-of-the-night-0123456789")));

        var problem = Assert.Throws<InvalidOperationException>(() => gateway.CreateClient());

        Assert.Equal("Keys:Nightly names no consumer; accepted is a name of a to z, 0 to 9, _ and -, a letter first, up to 64 characters.", problem.Message);
    }

    private static WebApplicationFactory<Program> At(GatewayApp gateway, FakeTimeProvider clock) =>
        gateway.WithWebHostBuilder(host => host.ConfigureTestServices(services => services.AddSingleton<TimeProvider>(clock)));
}
