using System.Text.Json.Nodes;
using Lakehouse.Testing;
using Microsoft.AspNetCore.Http;

namespace Lakehouse.Gateway.Tests;

/// <summary>Plays Ollama with its documented wire format; <paramref name="answer"/> may play something else.</summary>
internal static class OllamaStub
{
    public static Task<StubServer> StartAsync(Func<HttpContext, JsonNode, Task>? answer = null) =>
        StubServer.StartAsync((context, body) => (answer ?? HelloAsync)(context, JsonNode.Parse(body)!), TestContext.Current.CancellationToken);

    public static async Task HelloAsync(HttpContext context, JsonNode request)
    {
        if (request["stream"]!.GetValue<bool>())
        {
            await LinesAsync(context, Piece("Hel"), Piece("lo"), Done());
        }
        else
        {
            await LinesAsync(context, Whole("Hello"));
        }
    }

    public static string Whole(string content, int prompt = 11, int completion = 7) => new JsonObject
    {
        ["model"] = "scripted", ["created_at"] = "2026-11-22T10:00:00Z", ["message"] = new JsonObject { ["role"] = "assistant", ["content"] = content },
        ["done"] = true, ["done_reason"] = "stop", ["total_duration"] = 5, ["prompt_eval_count"] = prompt, ["eval_count"] = completion,
    }.ToJsonString();

    public static string Piece(string content) => new JsonObject
    {
        ["model"] = "scripted", ["created_at"] = "2026-11-22T10:00:00Z", ["message"] = new JsonObject { ["role"] = "assistant", ["content"] = content }, ["done"] = false,
    }.ToJsonString();

    public static string Done(string reason = "stop", int prompt = 11, int completion = 7) => new JsonObject
    {
        ["model"] = "scripted", ["created_at"] = "2026-11-22T10:00:00Z", ["message"] = new JsonObject { ["role"] = "assistant", ["content"] = "" },
        ["done"] = true, ["done_reason"] = reason, ["prompt_eval_count"] = prompt, ["eval_count"] = completion,
    }.ToJsonString();

    public static async Task LinesAsync(HttpContext context, params string[] lines)
    {
        context.Response.ContentType = "application/x-ndjson";
        foreach (var line in lines)
        {
            await context.Response.WriteAsync(line + "\n", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }
    }

    /// <summary>Never answers, until the caller leaves.</summary>
    public static Task HangAsync(HttpContext context) =>
        Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
}
