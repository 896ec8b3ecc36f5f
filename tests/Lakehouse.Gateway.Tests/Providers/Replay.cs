using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Lakehouse.Gateway.Tests.Providers;

/// <summary>Answers of a vendor, from recorded files under <c>Stubs/</c>: .json whole, .sse and .ndjson as streams.</summary>
internal static class Replay
{
    /// <param name="file">Such as <c>openai/stream.sse</c>.</param>
    public static string Text(string file) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Stubs", file));

    public static Func<HttpContext, Task> Answer(string file, int status = 200, params (string Name, string Value)[] headers) =>
        context => WriteAsync(context, file, Text(file), status, headers);

    /// <summary>What is no recording: garbage, or a recording that the test edits.</summary>
    public static Func<HttpContext, Task> AnswerText(string text, string asIf = "reply.json", int status = 200) => context => WriteAsync(context, asIf, text, status, []);

    /// <summary>Every byte in a write of its own.</summary>
    public static Func<HttpContext, Task> AnswerByteByByte(string file) => async context =>
    {
        Begin(context, file, 200);
        foreach (var one in Encoding.UTF8.GetBytes(Text(file)))
        {
            await context.Response.Body.WriteAsync(new[] { one }, context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }
    };

    /// <summary>Sends what there is, then breaks the connection.</summary>
    public static Func<HttpContext, Task> Break(string text, string asIf) => async context =>
    {
        await WriteAsync(context, asIf, text, 200, []);
        context.Abort();
    };

    /// <summary>Sends what there is, then nothing until the caller leaves.</summary>
    /// <param name="received">Completed when the request is here and the text is sent.</param>
    public static Func<HttpContext, Task> Hang(TaskCompletionSource? received = null, string text = "", string asIf = "reply.json") => async context =>
    {
        if (text.Length > 0)
        {
            await WriteAsync(context, asIf, text, 200, []);
        }

        received?.TrySetResult();
        await OllamaStub.HangAsync(context);
    };

    private static async Task WriteAsync(HttpContext context, string file, string text, int status, (string Name, string Value)[] headers)
    {
        Begin(context, file, status);
        foreach (var (name, value) in headers)
        {
            context.Response.Headers[name] = value;
        }

        if (file.EndsWith(".json", StringComparison.Ordinal))
        {
            context.Response.ContentLength = Encoding.UTF8.GetByteCount(text);
        }

        await context.Response.WriteAsync(text, context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }

    private static void Begin(HttpContext context, string file, int status)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = Path.GetExtension(file).ToLower(CultureInfo.InvariantCulture) switch
        {
            ".sse" => "text/event-stream",
            ".ndjson" => "application/x-ndjson",
            _ => "application/json",
        };
    }
}
