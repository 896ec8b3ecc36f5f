using System.Text.Json.Nodes;
using Lakehouse.Gateway.Tests.Knowledge.Memory;
using Lakehouse.Gateway.Tests.Security;
using Lakehouse.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Trace;

namespace Lakehouse.Gateway.Tests.Knowledge.Retrieval;

/// <summary>With an embedding model: what it is shown, what it finds, and what happens without it.</summary>
public sealed class VectorTests(TestPostgres postgres)
{
    // what it means, and no word in common with the question
    private const string Meant = "Remuneration happens every seven days.";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Meaning_is_found_without_a_common_word_and_is_paid_for_by_its_own_consumer()
    {
        await using var vendor = await EmbedderAsync();
        await using var gateway = await StartAsync(vendor);
        using var bot = gateway.As(GatewayApp.BotKey);
        await bot.ProposeAsync(Meant, "meant");
        await bot.ProposeAsync("The moon is far.", "moon");
        await EmbeddedAsync(gateway.Database, 2);

        var hit = Assert.Single(await RetrievalTests.ContextAsync(bot, new() { ["query"] = "How often do they pay wages?" }))!;

        Assert.Equal(Meant, hit["text"]!.ToString());
        Assert.Contains("meaning 1.00", hit["reason"]!.ToString(), StringComparison.Ordinal);
        Assert.Empty(await RetrievalTests.ContextAsync(bot, new() { ["query"] = "What is the capital of France?" }));
        using var operators = gateway.As(MemoryCalls.OperatorKey);
        var usage = await Eventually.GetAsync(() => operators.GetJsonAsync("/v1/usage?group_by=consumer"), answer => answer["totals"]!["requests"]!.GetValue<int>() >= 3, Cancelled);
        Assert.Equal("memory", Assert.Single(usage["groups"]!.AsArray())!["key"]!["consumer"]!.ToString());
    }

    [Fact]
    public async Task Personal_data_reaches_neither_the_embedding_model_nor_logs_nor_spans()
    {
        string[] planted = ["jane.roe@example.com", "419-555-0142", "(419) 555 0142", "078-05-1120", "Jane Roe", "Roe", "Maria Lopez", "sk-live-0123456789abcdefghij",
            "123.45.6789", "234–56–7890", "345-\u200b67-8901", "345-67-8901", "123456789", "+44 20 7946 0958", "+49 30 901820"];
        await using var vendor = await EmbedderAsync();
        await using var gateway = await StartAsync(vendor);
        var (logs, spans) = (new CapturedLogs(), new CapturedSpans());
        await using var watched = gateway.WithWebHostBuilder(host => host.ConfigureTestServices(services =>
        {
            services.AddLogging(logging => logging.AddProvider(logs).AddFilter<CapturedLogs>(null, LogLevel.Trace));
            services.ConfigureOpenTelemetryTracerProvider(tracing => tracing.AddProcessor(spans));
        }));
        using var bot = watched.CreateClient();
        bot.DefaultRequestHeaders.Authorization = new("Bearer", GatewayApp.BotKey);

        await bot.ProposeAsync("Jane Roe (jane.roe@example.com, 419-555-0142, SSN 078-05-1120) prefers nights.", "worker", attributes: new() { ["name"] = "Jane Roe", ["crew_names"] = new JsonArray("Maria Lopez") });
        // another memory says the name without naming it
        await bot.ProposeAsync("Call Ms Roe at (419) 555 0142 before shifts; the portal takes sk-live-0123456789abcdefghij.", "call");
        await bot.ProposeAsync("On file are 123.45.6789, 234–56–7890, 345-\u200b67-8901 and SSN: 123456789; abroad +44 20 7946 0958 or +49 30 901820.", "file");
        await EmbeddedAsync(gateway.Database, 3);
        var found = await RetrievalTests.ContextAsync(bot, new() { ["query"] = "Does Jane Roe, jane.roe@example.com, 123.45.6789, +49 30 901820, prefer nights with Maria Lopez?" });
        await bot.GetJsonAsync("/v1/memory/audit");

        Assert.Equal("Jane Roe (jane.roe@example.com, 419-555-0142, SSN 078-05-1120) prefers nights.", found[0]!["text"]!.ToString());
        var asked = string.Join('\n', vendor.Requests.Select(request => request.Body));
        Assert.Contains("[name] ([email], [phone], SSN [ssn]) prefers nights.", asked, StringComparison.Ordinal);
        Assert.Contains("On file are [ssn], [ssn], [ssn] and SSN: [ssn]; abroad [phone] or [phone].", asked, StringComparison.Ordinal);
        Assert.Contains("Does [name], [email], [ssn], [phone], prefer nights with [name]?", asked, StringComparison.Ordinal);
        Assert.NotEmpty(logs.Lines);
        Assert.Contains(spans.Texts, span => span.Contains("gen_ai.operation.name=create_memory", StringComparison.Ordinal));
        Assert.Contains(spans.Texts, span => span.Contains("gen_ai.operation.name=search_memory", StringComparison.Ordinal));
        foreach (var text in planted)
        {
            Assert.DoesNotContain(text, asked, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(logs.Lines, line => line.Contains(text, StringComparison.OrdinalIgnoreCase));
            Assert.DoesNotContain(spans.Texts, span => span.Contains(text, StringComparison.OrdinalIgnoreCase));
        }
    }

    [Fact]
    public async Task What_is_closed_between_ranking_and_reading_is_not_served()
    {
        var (closing, gateway) = ((Func<Task>?)null, (GatewayApp?)null);
        await using var vendor = await EmbedderAsync(() => closing?.Invoke() ?? Task.CompletedTask);
        gateway = await StartAsync(vendor);
        await using var _ = gateway;
        using var bot = gateway.As(GatewayApp.BotKey);
        var id = (await bot.ProposeAsync(Meant, "meant")).Id();
        await bot.ProposeAsync("They pay wages in cash.", "cash");
        await EmbeddedAsync(gateway.Database, 2);
        closing = async () =>
        {
            closing = null;
            await bot.PostedAsync($"/{id}/retire", new() { ["reason"] = "just now" });
        };

        var items = await RetrievalTests.ContextAsync(bot, new() { ["query"] = "How often do they pay wages?" });

        Assert.Null(closing);
        Assert.Equal("They pay wages in cash.", Assert.Single(items)!["text"]!.ToString());
    }

    [Fact]
    public async Task Without_the_model_words_are_enough_and_it_is_said()
    {
        var broken = false;
        await using var vendor = await EmbedderAsync(() => broken ? throw new InvalidOperationException() : Task.CompletedTask);
        await using var gateway = await StartAsync(vendor, ("Budgets:Consumers:memory:Calls", "2"));
        using var bot = gateway.As(GatewayApp.BotKey);
        await bot.ProposeAsync("They pay wages in cash.", "cash");
        await EmbeddedAsync(gateway.Database, 1);
        broken = true;

        foreach (var code in new[] { "upstream_unavailable", "budget_exceeded" })
        {
            var answer = await bot.GetJsonAsync("/v1/memory/search?query=pay%20wages");
            Assert.Equal("They pay wages in cash.", Assert.Single(answer["hits"]!.AsArray())!["memory"]!["text"]!.ToString());
            Assert.Equal($"by words alone: the embedding model was of no use ({code})", answer["note"]!.ToString());
        }
    }

    [Fact]
    public async Task Vector_with_a_number_beyond_a_floats_is_not_kept()
    {
        await using var vendor = await EmbedderAsync();
        await using var gateway = await StartAsync(vendor);
        using var bot = gateway.As(GatewayApp.BotKey);

        await bot.ProposeAsync("An endless story.", "endless");
        await bot.ProposeAsync("The moon is far.", "moon");

        await CountedAsync(gateway.Database, "embedding_model is not null and embedding is null", 1);
        await EmbeddedAsync(gateway.Database, 1);
        Assert.Equal("The moon is far.", (await RetrievalTests.ContextAsync(bot, new() { ["query"] = "moon" }))[0]!["text"]!.ToString());
    }

    /// <summary>Plays Ollama's /api/embed: wages and pay mean one thing, nights another, all else nothing in particular.</summary>
    internal static Task<StubServer> EmbedderAsync(Func<Task>? before = null) => OllamaStub.StartAsync(async (context, request) =>
    {
        try
        {
            await (before?.Invoke() ?? Task.CompletedTask);
        }
        catch (InvalidOperationException)
        {
            context.Response.StatusCode = 500;
            return;
        }

        var inputs = request["input"] is JsonArray list ? list.Select(text => text!.ToString()) : [request["input"]!.ToString()];
        var vectors = inputs.Select(text => (JsonNode)new JsonArray(
            text.Contains("wages", StringComparison.Ordinal) || text.Contains("Remuneration", StringComparison.Ordinal) ? 1.0 : 0.0, text.Contains("nights", StringComparison.Ordinal) ? 1.0 : 0.0,
            text.Contains("moon", StringComparison.Ordinal) ? 1.0 : 0.0, text.Contains("endless", StringComparison.Ordinal) ? 1e39 : 0.01));
        await context.Response.WriteAsync(new JsonObject { ["model"] = "vectors", ["embeddings"] = new JsonArray([.. vectors]), ["prompt_eval_count"] = 5 }.ToJsonString(), context.RequestAborted);
    });

    private Task<GatewayApp> StartAsync(StubServer vendor, params (string Key, string Value)[] settings)
    {
        var all = settings.ToDictionary(setting => setting.Key, setting => (string?)setting.Value, StringComparer.Ordinal);
        (all["Retrieval:EmbeddingModel"], all["Retrieval:EmbedInterval"], all["Keys:operator"]) = ("ollama/vectors", "00:00:00.100", MemoryCalls.OperatorKey);
        return GatewayApp.StartAsync(postgres, vendor.Url, settings: all);
    }

    internal static Task EmbeddedAsync(string database, int count) => CountedAsync(database, "embedding is not null", count);

    private static Task CountedAsync(string database, string condition, int least) => Eventually.TrueAsync(async () =>
    {
        await using var connection = new Npgsql.NpgsqlConnection(database);
        await connection.OpenAsync(Cancelled);
        await using var ask = new Npgsql.NpgsqlCommand($"select count(*) from gateway.memories where {condition}", connection);
        return (long)(await ask.ExecuteScalarAsync(Cancelled))! >= least;
    }, Cancelled);
}
