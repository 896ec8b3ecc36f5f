using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Lakehouse.AppHost.Demo;

/// <summary><c>POST /api/chat</c>: one JSON object, or (as Ollama does unless told otherwise) a stream of them, one a line.</summary>
internal static class ScriptedChat
{
    private const int CharactersPerToken = 4;
    private const int TokensPerPart = 16;

    public static void MapScriptedChat(this IEndpointRouteBuilder routes) => routes.MapPost("/api/chat", ChatAsync);

    private static async Task<IResult> ChatAsync(HttpContext context, Script script, TimeProvider time, IOptions<JsonOptions> json)
    {
        var (chat, problem) = await OllamaBody.ReadAsync<OllamaChat>(context);
        if (chat is null)
        {
            return problem!;
        }

        if (string.IsNullOrEmpty(chat.Model))
        {
            return OllamaBody.Refuse(StatusCodes.Status400BadRequest, "model is required");
        }

        if (!ScriptedCatalog.Is(chat.Model))
        {
            return OllamaBody.NotFound(chat.Model);
        }

        var started = time.GetTimestamp();
        var conversation = string.Join('\n', (chat.Messages ?? []).Select(message => message.Content));
        // no messages is Ollama's way to ask that the model be loaded
        var whole = chat.Messages is null or [] ? "" : script.Answer(conversation, chat.AsJson);
        var answer = Cut(whole, chat.Options?.NumPredict);
        var reason = whole.Length == 0 ? "load" : answer.Length < whole.Length ? "length" : "stop";
        if (chat.Stream != false)
        {
            await StreamAsync(context, chat.Model, answer, End, json.Value.SerializerOptions);
            return Results.Empty;
        }

        return Results.Json(End(answer));

        OllamaReply End(string content)
        {
            var total = Math.Max(1, (long)time.GetElapsedTime(started).TotalNanoseconds);
            return new OllamaReply(
                chat.Model, time.GetUtcNow().UtcDateTime, new OllamaMessage("assistant", content), reason, true,
                total, 0, Tokens(conversation), total / 2, Tokens(answer), total - (total / 2));
        }
    }

    private static async Task StreamAsync(HttpContext context, string model, string answer, Func<string, OllamaReply> end, JsonSerializerOptions json)
    {
        context.Response.ContentType = "application/x-ndjson";
        foreach (var part in Parts(answer))
        {
            await WriteLineAsync(context, new OllamaPart(model, end("").CreatedAt, new OllamaMessage("assistant", part), false), json);
        }

        await WriteLineAsync(context, end(""), json);
    }

    private static async Task WriteLineAsync<T>(HttpContext context, T line, JsonSerializerOptions json)
    {
        await JsonSerializer.SerializeAsync(context.Response.Body, line, json, context.RequestAborted);
        await context.Response.WriteAsync("\n", context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }

    // whole characters only: half of a surrogate pair would arrive as a replacement character
    private static IEnumerable<string> Parts(string answer)
    {
        var part = new StringBuilder();
        foreach (var rune in answer.EnumerateRunes())
        {
            part.Append(rune);
            if (part.Length >= TokensPerPart * CharactersPerToken)
            {
                yield return part.ToString();
                part.Clear();
            }
        }

        if (part.Length > 0)
        {
            yield return part.ToString();
        }
    }

    private static int Tokens(string text) => (text.Length + CharactersPerToken - 1) / CharactersPerToken;

    private static string Cut(string text, int? limit)
    {
        if (limit is not > 0 || Tokens(text) <= limit)
        {
            return text;
        }

        var end = limit.Value * CharactersPerToken;
        return text[..(char.IsHighSurrogate(text[end - 1]) ? end - 1 : end)];
    }
}
