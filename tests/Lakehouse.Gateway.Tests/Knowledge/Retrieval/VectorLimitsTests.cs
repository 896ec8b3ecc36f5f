using System.Text.Json.Nodes;
using Lakehouse.Gateway.Tests.Knowledge.Memory;
using Lakehouse.Gateway.Tests.Knowledge.Truth;
using Lakehouse.Gateway.Tests.Security;
using Lakehouse.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Lakehouse.Gateway.Tests.Knowledge.Retrieval;

/// <summary>An embedding model that is slow, refuses, or may not be asked: what goes on without it.</summary>
public sealed class VectorLimitsTests(TestPostgres postgres)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Model_that_does_not_answer_leaves_words_and_every_other_source()
    {
        var hangs = false;
        using var files = new TruthFiles(("r.toml", TruthFiles.Rule("city", "fill", "{ kind = \"FieldEquals\", field = \"never\", value = \"so\" }", "{ kind = \"Block\", message = \"No.\" }")));
        await using var vendor = await OllamaStub.StartAsync((context, request) => hangs && request["input"] is not null ? OllamaStub.HangAsync(context) : Embedder.AnswerAsync(context, request));
        await using var gateway = await Embedder.StartAsync(postgres, vendor, ("Truth:Folder", files.Path), ("Retrieval:Patience", "00:00:00.100"));
        using var bot = gateway.As(GatewayApp.BotKey);
        var known = (await bot.ProposeAsync("They pay wages in cash.")).Id();
        await gateway.EmbeddedAsync(1);
        hangs = true;

        var found = await bot.GetJsonAsync("/v1/memory/search?query=pay%20wages");
        var body = TruthChatTests.Asking("fill", null);
        body["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = "How do they pay wages?" });
        using var chat = await bot.ChatAsync(body);

        Assert.Equal(known, Assert.Single(found["hits"]!.AsArray())!["memory"]!["id"]!.ToString());
        Assert.Equal("by words alone: the embedding model did not answer within 0.1 s", found["note"]!.ToString());
        Assert.Equal($"truth:city,{known}", chat.Headers.GetValues("x-lakehouse-context").Single());
    }

    [Fact]
    public async Task Text_that_the_model_refuses_goes_without_and_costs_no_other_its_vector()
    {
        await using var vendor = await OllamaStub.StartAsync((context, request) =>
        {
            if (!request["input"]!.ToJsonString().Contains("poison", StringComparison.Ordinal))
            {
                return Embedder.AnswerAsync(context, request);
            }

            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return context.Response.WriteAsync("""{"error":"the input cannot be read"}""", Cancelled);
        });
        // written before there is a model, so that they are one batch
        await using var before = await GatewayApp.StartAsync(postgres, vendor.Url);
        using var bot = before.As(GatewayApp.BotKey);
        foreach (var text in new[] { "The dock closes at five.", "This is poison.", "The gate is blue." })
        {
            await bot.ProposeAsync(text);
        }

        await using var gateway = await Embedder.StartAsync(postgres, vendor, ("ConnectionStrings:lakehouse", before.Database));
        using var client = gateway.As(GatewayApp.BotKey);
        await Eventually.TrueAsync(async () => await gateway.AskAsync<long>("select count(*) from gateway.memories where embedding_model is not null") == 3, Cancelled);

        Assert.Equal("This is poison.", await gateway.AskAsync<string>("select string_agg(text, ',') from gateway.memories where embedding is null"));
        // once together, once each
        Assert.Equal([3, 1, 1, 1], vendor.Requests.Select(request => Embedder.Texts(JsonNode.Parse(request.Body)!["input"]!).Count()));
    }

    [Fact]
    public async Task Fault_that_nobody_planned_ends_neither_the_gateway_nor_the_work()
    {
        await using var vendor = await OllamaStub.StartAsync(Embedder.AnswerAsync);
        await using var gateway = await Embedder.StartAsync(postgres, vendor);
        var logs = new CapturedLogs();
        await using var watched = gateway.WithWebHostBuilder(host => host.ConfigureTestServices(services => services.AddLogging(logging => logging.AddProvider(logs))));
        using var bot = watched.CreateClient();
        bot.DefaultRequestHeaders.Authorization = new("Bearer", GatewayApp.BotKey);
        await gateway.RunAsync("alter table gateway.memories add constraint no_vectors check (embedding_model is null)");

        await bot.ProposeAsync("The dock closes at five.");
        await Eventually.TrueAsync(() => Task.FromResult(logs.Lines.Any(line => line.Contains("MemoryEmbedder", StringComparison.Ordinal) && line.Contains("nobody planned", StringComparison.Ordinal))), Cancelled);
        await gateway.RunAsync("alter table gateway.memories drop constraint no_vectors");

        await gateway.EmbeddedAsync(1);
        Assert.Single((await bot.GetJsonAsync("/v1/memory/search?query=dock"))["hits"]!.AsArray());
    }

    [Fact]
    public async Task With_more_names_than_can_be_masked_nothing_is_shown_to_the_model()
    {
        await using var vendor = await OllamaStub.StartAsync(Embedder.AnswerAsync);
        await using var gateway = await Embedder.StartAsync(postgres, vendor);
        using var bot = gateway.As(GatewayApp.BotKey);
        await bot.ProposeAsync("The dock closes at five.", "dock");
        await gateway.EmbeddedAsync(1);
        await gateway.RunAsync("update gateway.memories set names = (select array_agg('Person' || number) from generate_series(1, 100001) number)");
        var shown = vendor.Shown().Count;

        await bot.ProposeAsync("Person7 opens the gate.", "gate");
        await Eventually.TrueAsync(async () => await gateway.AskAsync<long>("select count(*) from gateway.memories where embedding_model is not null") == 2, Cancelled);
        var found = await bot.GetJsonAsync("/v1/memory/search?query=dock");

        Assert.Equal("by words alone: more than 100000 names are known, too many to take out of the question", found["note"]!.ToString());
        Assert.Single(found["hits"]!.AsArray());
        Assert.Equal(shown, vendor.Shown().Count);
    }
}
