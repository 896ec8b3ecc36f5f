using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lakehouse.ServiceDefaults.Contracts;
using Lakehouse.Testing;
using Microsoft.AspNetCore.Http;

namespace Lakehouse.BotWorker.Tests.Worker;

/// <summary>Plays the gateway: a budget, and one answer for every call.</summary>
internal sealed class StubGateway : IAsyncDisposable
{
    private StubServer _server = null!;

    public string Url => _server.Url;

    public int Status { get; set; } = StatusCodes.Status200OK;

    public string Answer { get; set; } = Welcome;

    /// <summary>Said first, one a call; then <see cref="Answer"/>.</summary>
    public ConcurrentQueue<string> Answers { get; } = [];

    /// <summary>Set: what is said to a call with this text of the user, instead of the two above.</summary>
    public Func<string, string>? Model { get; set; }

    /// <summary>So many more calls are answered; then the budget is spent.</summary>
    public int? CallsLeft { get; set; }

    public long RemainingCalls { get; set; } = 13;

    public int BudgetStatus { get; set; } = StatusCodes.Status200OK;

    /// <summary>A call is answered when this is completed.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    /// <summary>The budget is told when this is completed.</summary>
    public Task BudgetGate { get; set; } = Task.CompletedTask;

    public int AskedForBudget => _server.Requests.Count(request => request.PathAndQuery == "/v1/budgets/bot");

    public IEnumerable<StubRequest> Calls => _server.Requests.Where(request => request is { Method: "POST", PathAndQuery: "/v1/chat" });

    /// <summary>Of every call to <c>/v1/playbooks</c>.</summary>
    public int PlaybooksStatus { get; set; } = StatusCodes.Status200OK;

    /// <summary>Ids that a chat's header says were put into the prompt.</summary>
    public string? Context { get; set; }

    /// <summary>Calls to <c>/v1/playbooks</c> that were taken.</summary>
    public IReadOnlyList<(string Path, JsonNode Body)> Told => [.. _told];

    public int AskedOfPlaybooks => _server.Requests.Count(request => request.PathAndQuery.StartsWith("/v1/playbooks", StringComparison.Ordinal));

    private readonly System.Collections.Concurrent.ConcurrentQueue<(string Path, JsonNode Body)> _told = [];

    public static string Welcome { get; } = Files("Say welcome", ("greeting.txt", "welcome\n", false));

    public static string Files(string summary, params (string Path, string Content, bool IsNew)[] files) => JsonSerializer.Serialize(new
    {
        summary,
        files = files.Select(file => new { path = file.Path, content = file.Content, is_new = file.IsNew }),
    });

    public static async Task<StubGateway> StartAsync()
    {
        var gateway = new StubGateway();
        gateway._server = await StubServer.StartAsync(gateway.AnswerAsync, TestContext.Current.CancellationToken);
        return gateway;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task AnswerAsync(HttpContext context, string body)
    {
        if (context.Request.Path == "/v1/budgets/bot")
        {
            await BudgetGate.WaitAsync(context.RequestAborted);
            context.Response.StatusCode = BudgetStatus;
            await context.Response.WriteAsJsonAsync(Budget(), LakehouseJson.Options);
            return;
        }

        if (context.Request.Path.StartsWithSegments("/v1/playbooks", StringComparison.Ordinal))
        {
            context.Response.StatusCode = PlaybooksStatus;
            if (PlaybooksStatus == StatusCodes.Status200OK)
            {
                _told.Enqueue((context.Request.Path, JsonNode.Parse(body)!));
            }

            return;
        }

        await Gate.WaitAsync(context.RequestAborted);
        var status = CallsLeft-- is <= 0 ? StatusCodes.Status429TooManyRequests : Status;
        context.Response.StatusCode = status;
        context.Response.Headers[LakehouseHeaders.RequestId] = "req_1";
        if (status != StatusCodes.Status200OK)
        {
            await context.Response.WriteAsync("""{"error":{"message":"the stub says no","code":"stub"}}""");
            return;
        }

        context.Response.Headers[LakehouseHeaders.Provider] = "ollama_cloud";
        context.Response.Headers[LakehouseHeaders.Model] = "gpt-oss:120b";
        context.Response.Headers[LakehouseHeaders.Attempts] = "1";
        if (Context is not null)
        {
            context.Response.Headers[LakehouseHeaders.Context] = Context;
        }

        context.Response.Headers[LakehouseHeaders.CostNanoUsd] = "1234567";
        await context.Response.WriteAsJsonAsync(new JsonObject
        {
            ["model"] = "gpt-oss:120b",
            ["choices"] = new JsonArray(new JsonObject { ["message"] = new JsonObject { ["role"] = "assistant", ["content"] = Say(body) }, ["finish_reason"] = "stop" }),
            ["usage"] = new JsonObject { ["prompt_tokens"] = 321, ["completion_tokens"] = 45, ["total_tokens"] = 366 },
        });
    }

    private string Say(string body) =>
        Model is not null ? Model(UserText(body)) : Answers.TryDequeue(out var next) ? next : Answer;

    /// <summary>What the user's messages of a call say.</summary>
    public static string UserText(string body) => string.Join(
        '\n', JsonNode.Parse(body)!["messages"]!.AsArray().Where(message => (string?)message!["role"] == "user").Select(message => (string?)message!["content"]));

    private BudgetView Budget() => new(
        "bot", "2026-04-22", new BudgetLimits(20, 160_000, null), new BudgetAmounts(20 - RemainingCalls, 1_000, 0), new BudgetAmounts(0, 0, 0),
        new BudgetLimits(RemainingCalls, 159_000, null), new DateTimeOffset(2026, 4, 23, 0, 0, 0, TimeSpan.Zero));
}
