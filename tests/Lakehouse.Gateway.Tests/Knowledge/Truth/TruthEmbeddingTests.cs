using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Lakehouse.Testing;
using Microsoft.AspNetCore.Http;

namespace Lakehouse.Gateway.Tests.Knowledge.Truth;

/// <summary>Rules on the way of an embedding.</summary>
public sealed class TruthEmbeddingTests(TestPostgres postgres)
{
    private static readonly string Rules =
        TruthFiles.Rule("no-nights", "night", "{ kind = \"FieldEquals\", field = \"shift\", value = \"night\" }", "{ kind = \"Block\", message = \"No nights.\" }")
        + TruthFiles.Rule("place-needed", "place", "{ kind = \"FieldEmpty\", field = \"city\" }", "{ kind = \"Reject\", message = \"Say where.\" }")
        + TruthFiles.Rule("no-ssn", "private", "{ kind = \"FieldEmpty\", field = \"ssn\", not = true }", "{ kind = \"Redact\", fields = [\"ssn\"] }");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Blocked_rejected_and_redacted_as_a_chat_is()
    {
        using var files = new TruthFiles(("r.toml", Rules));
        await using var model = await StubServer.StartAsync((context, _) => context.Response.WriteAsync("""{"model":"e","embeddings":[[0.5]],"prompt_eval_count":3}""", Cancelled), Cancelled);
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url, settings: new() { ["Truth:Folder"] = files.Path });
        using var client = gateway.As(GatewayApp.BotKey);

        using var blocked = await EmbedAsync("night", """{"shift":"night"}""", "\"a\"");
        using var rejected = await EmbedAsync("place", null, "\"a\"");
        using var tokens = await EmbedAsync("private", """{"ssn":"123-45-6789"}""", "[[1,2]]");
        Assert.Empty(model.Requests);
        using var redacted = await EmbedAsync("private", """{"ssn":"123-45-6789"}""", """["it is 123-45-6789"]""");
        using var free = await EmbedAsync("other", """{"shift":"night"}""", "\"a\"");

        Assert.Equal(
            [(403, "truth_blocked", "truth_context.shift", "no-nights"), (422, "truth_rejected", "truth_context.city", "place-needed"), (400, "invalid_request", "input", "no-ssn")],
            await Task.WhenAll(new[] { blocked, rejected, tokens }.Select(RefusalAsync)));
        Assert.Equal([(HttpStatusCode.OK, "no-ssn"), (HttpStatusCode.OK, "")], new[] { redacted, free }.Select(reply => (reply.StatusCode, Fired(reply))));
        Assert.Equal("""["it is [redacted]"]""", JsonNode.Parse(model.Requests.First().Body)!["input"]!.ToJsonString());
        Assert.All(model.Requests, request => Assert.DoesNotContain("truth_context", request.Body, StringComparison.Ordinal));
        var budget = await client.GetJsonAsync("/v1/budgets/bot");
        Assert.Equal((2, 0), (budget["used"]!["calls"]!.GetValue<int>(), budget["held"]!["calls"]!.GetValue<int>()));
        Assert.Equal(("refused", "block"), await PastAsync(blocked));
        Assert.Equal(("ok", "redact"), await PastAsync(redacted));

        Task<HttpResponseMessage> EmbedAsync(string task, string? facts, string input) => client.PostAsJsonAsync(
            "/v1/embeddings", new JsonObject { ["model"] = "ollama/e", ["input"] = JsonNode.Parse(input), ["task_class"] = task, ["truth_context"] = facts is null ? null : JsonNode.Parse(facts) }, Cancelled);

        async Task<(string, string?)> PastAsync(HttpResponseMessage response)
        {
            var id = response.Headers.GetValues("x-lakehouse-request-id").Single();
            var past = await Eventually.GetAsync(async () =>
            {
                using var read = await client.GetAsync($"/v1/requests/{id}", Cancelled);
                return read.IsSuccessStatusCode ? await read.JsonAsync() : null;
            }, found => found is not null, Cancelled);
            return (past!["status"]!.ToString(), past["truth"]?["verdict"]?.ToString());
        }
    }

    private static string Fired(HttpResponseMessage response) => response.Headers.TryGetValues("x-lakehouse-truth", out var values) ? values.Single() : "";

    private static async Task<(int, string, string?, string)> RefusalAsync(HttpResponseMessage response)
    {
        var error = (await response.JsonAsync())["error"]!;
        return ((int)response.StatusCode, error["code"]!.ToString(), error["param"]?.ToString(), Fired(response));
    }
}
