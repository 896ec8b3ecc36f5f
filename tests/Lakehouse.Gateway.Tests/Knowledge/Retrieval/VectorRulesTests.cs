using System.Text.Json.Nodes;
using Lakehouse.Gateway.Tests.Knowledge.Memory;
using Lakehouse.Gateway.Tests.Knowledge.Truth;
using Lakehouse.Testing;

namespace Lakehouse.Gateway.Tests.Knowledge.Retrieval;

/// <summary>Truth rules on the way to the embedding model of the memory, and calls that may not go there at all.</summary>
public sealed class VectorRulesTests(TestPostgres postgres)
{
    private const string Known = "They pay wages once in a blue moon.";
    private const string Always = "{ kind = \"Always\" }";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_rule_redacts_is_not_shown_to_the_model()
    {
        var rules = TruthFiles.Rule("no-moon", "any", Always, "{ kind = \"Redact\", texts = [\"blue moon\"] }") + TruthFiles.Rule("no-cash", "fill", Always, "{ kind = \"Redact\", texts = [\"cash\"] }");
        using var files = new TruthFiles(("r.toml", rules));
        await using var vendor = await OllamaStub.StartAsync(Embedder.AnswerAsync);
        await using var gateway = await Embedder.StartAsync(postgres, vendor, ("Truth:Folder", files.Path));
        using var bot = gateway.As(GatewayApp.BotKey);
        await bot.ProposeAsync(Known);
        await gateway.EmbeddedAsync(1);

        var found = await bot.GetJsonAsync("/v1/memory/search?query=wages%20in%20a%20Blue%20Moon");
        var body = Asking("fill");
        body["context"] = new JsonObject { ["query"] = "Are wages paid in CASH or in a blue moon?" };
        using var chat = await bot.ChatAsync(body);

        Assert.True(chat.IsSuccessStatusCode);
        Assert.Single(found["hits"]!.AsArray());
        Assert.Equal(["They pay wages once in a [redacted].", "wages in a [redacted]", "Are wages paid in [redacted] or in a [redacted]?"], vendor.Shown().Select(text => text.Replace("█████", "[redacted]", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("Block", "truth_blocked")]
    [InlineData("Reject", "truth_rejected")]
    public async Task Where_a_rule_refuses_the_model_words_are_enough_and_it_is_said(string action, string code)
    {
        using var files = new TruthFiles(("r.toml", TruthFiles.Rule("stop", "any", Always, $"{{ kind = \"{action}\", message = \"No.\" }}")));
        await using var vendor = await OllamaStub.StartAsync(Embedder.AnswerAsync);
        await using var gateway = await Embedder.StartAsync(postgres, vendor, ("Truth:Folder", files.Path));
        using var bot = gateway.As(GatewayApp.BotKey);
        using var chief = gateway.As(MemoryCalls.OperatorKey);
        await bot.ProposeAsync(Known);

        var found = await bot.GetJsonAsync("/v1/memory/search?query=wages");

        Assert.Equal($"by words alone: a truth rule keeps the question from the embedding model ({code})", found["note"]!.ToString());
        Assert.Single(found["hits"]!.AsArray());
        Assert.Empty(vendor.Requests);
        // it waits, and is not given up
        files.Write("r.toml", TruthFiles.Rule("go", "other", Always, "{ kind = \"Pass\" }"));
        using var reloaded = await chief.PostAsync("/v1/truth/reload", null, Cancelled);
        Assert.True(reloaded.IsSuccessStatusCode);
        await gateway.EmbeddedAsync(1);
        Assert.Equal([Known], vendor.Shown());
    }

    [Fact]
    public async Task Rule_that_wants_facts_is_asked_with_those_of_the_chat()
    {
        using var files = new TruthFiles(("r.toml", TruthFiles.Rule("go", "other", Always, "{ kind = \"Pass\" }")));
        await using var vendor = await OllamaStub.StartAsync(Embedder.AnswerAsync);
        await using var gateway = await Embedder.StartAsync(postgres, vendor, ("Truth:Folder", files.Path));
        using var bot = gateway.As(GatewayApp.BotKey);
        using var chief = gateway.As(MemoryCalls.OperatorKey);
        await bot.ProposeAsync(Known);
        await gateway.EmbeddedAsync(1);
        files.Write("r.toml", TruthFiles.Rule("why", "any", "{ kind = \"FieldEmpty\", field = \"purpose\" }", "{ kind = \"Reject\", message = \"Say what for.\" }"));
        using var reloaded = await chief.PostAsync("/v1/truth/reload", null, Cancelled);
        var body = Asking("fill");
        body["truth_context"] = new JsonObject { ["purpose"] = "payroll" };

        using var chat = await bot.ChatAsync(body);
        var found = await bot.GetJsonAsync("/v1/memory/search?query=wages");

        Assert.True(chat.IsSuccessStatusCode && reloaded.IsSuccessStatusCode);
        Assert.Equal([Known, "How do they pay wages?"], vendor.Shown());
        Assert.Contains("truth_rejected", found["note"]!.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Dry_run_pays_for_no_vector_and_leaves_no_trace_refused_or_not(bool refused)
    {
        using var files = new TruthFiles(("r.toml", TruthFiles.Rule("never", refused ? "fill" : "other", Always, "{ kind = \"Block\", message = \"No.\" }")));
        await using var vendor = await OllamaStub.StartAsync(Embedder.AnswerAsync);
        await using var gateway = await Embedder.StartAsync(postgres, vendor, ("Truth:Folder", files.Path), ("Budgets:Consumers:memory:Calls", "1000"));
        using var bot = gateway.As(GatewayApp.BotKey);
        using var chief = gateway.As(MemoryCalls.OperatorKey);
        var id = (await bot.ProposeAsync(Known)).Id();
        await gateway.EmbeddedAsync(1);
        var before = await StateAsync();
        var body = Asking("fill");
        body["dry_run"] = true;

        using var response = await bot.ChatAsync(body);

        var context = (await response.JsonAsync())["context"]!;
        var item = Assert.Single(context["items"]!.AsArray(), item => item!["kind"]!.ToString() == "memory_semantic")!;
        Assert.Equal((id, null), (item["id"]!.ToString(), item["text"]?.ToString()));
        Assert.Equal("by words alone: a dry run pays for no vector", context["sources"]!.AsArray().Single(source => source!["name"]!.ToString() == "memory")!["note"]!.ToString());
        Assert.Equal(before, await StateAsync());

        async Task<(int, string, string, long, long)> StateAsync() => (
            vendor.Requests.Count, (await chief.GetJsonAsync("/v1/budgets/memory"))["used"]!.ToJsonString(), (await chief.GetJsonAsync("/v1/budgets/memory"))["held"]!.ToJsonString(),
            await gateway.AskAsync<long>("select sum(use_count)::bigint from gateway.memories"), await gateway.AskAsync<long>("select count(*) from gateway.memory_served"));
    }

    [Fact]
    public async Task Context_that_is_only_looked_at_counts_no_use_and_is_read()
    {
        await using var vendor = await OllamaStub.StartAsync(Embedder.AnswerAsync);
        await using var gateway = await Embedder.StartAsync(postgres, vendor);
        using var bot = gateway.As(GatewayApp.BotKey);
        await bot.ProposeAsync(Known);
        await gateway.EmbeddedAsync(1);

        var items = await RetrievalTests.ContextAsync(bot, new() { ["query"] = "How do they pay wages?" });

        Assert.Equal(Known, Assert.Single(items)!["text"]!.ToString());
        Assert.Equal((0, 1), (await gateway.AskAsync<long>("select sum(use_count)::bigint from gateway.memories"), await gateway.AskAsync<long>("select count(*) from gateway.memory_served")));
        // the vector of the question is paid for
        Assert.Equal([Known, "How do they pay wages?"], vendor.Shown());
    }

    private static JsonObject Asking(string taskClass)
    {
        var body = TruthChatTests.Asking(taskClass, null);
        body["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = "How do they pay wages?" });
        return body;
    }
}
