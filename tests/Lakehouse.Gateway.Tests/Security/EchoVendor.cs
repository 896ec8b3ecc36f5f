using System.Text;
using System.Text.Json.Nodes;
using Lakehouse.Testing;
using Microsoft.AspNetCore.Http;

namespace Lakehouse.Gateway.Tests.Security;

/// <summary>
/// Plays every vendor, and says back the key and the prompt wherever its protocol has room for words that are not the
/// model's. The model's name says how it answers.
/// </summary>
internal static class EchoVendor
{
    /// <summary>Refuses with a status, breaks off midway, answers what is none of its protocol, fails with a page whose cut goes
    /// through the key, sends elsewhere, cuts the connection, and answers as it should.</summary>
    public static readonly string[] Ways = ["refused", "midway", "garbage", "edge", "moved", "cut", "fine"];

    private static readonly string[] KeyHeaders = ["authorization", "x-api-key", "x-goog-api-key"];

    public static Task<StubServer> StartAsync() => StubServer.StartAsync(AnswerAsync, TestContext.Current.CancellationToken);

    public static string KeyIn(IReadOnlyDictionary<string, string> headers) =>
        KeyHeaders.Select(name => headers.GetValueOrDefault(name)).OfType<string>().FirstOrDefault()?.Replace("Bearer ", "", StringComparison.Ordinal) ?? "";

    private static async Task AnswerAsync(HttpContext context, string body)
    {
        var key = KeyIn(context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase));
        var words = $"I do not like {key}, Bearer {key}, nor api_key={Uri.EscapeDataString(key)} or {Convert.ToBase64String(Encoding.UTF8.GetBytes(key))}, nor {key[..Math.Min(14, key.Length)]}... at all. You said {body}";
        var (response, path) = (context.Response, context.Request.Path.Value!);
        response.Headers["x-echo"] = response.Headers["request-id"] = key;
        response.Headers.WWWAuthenticate = $"Bearer error=\"{key}\"";
        // Gemini's model is in the path
        var model = path + (body.Length > 0 ? JsonNode.Parse(body)!["model"]?.ToString() : "refused");
        switch (Array.Find(Ways, way => model.Contains(way, StringComparison.Ordinal)))
        {
            case "fine" when path == "/ollama/api/chat":
                await OllamaStub.HelloAsync(context, JsonNode.Parse(body)!);
                break;
            case "midway":
                await MidwayAsync(response, path, Error(words).ToJsonString());
                break;
            case "garbage":
                await response.WriteAsync($"<html>{words}", context.RequestAborted);
                break;
            case "edge":
                response.StatusCode = 500;
                await response.WriteAsync($"<html>{new string('-', 470)}{key}{key}{words}", context.RequestAborted);
                break;
            case "moved":
                response.StatusCode = 307;
                response.Headers.Location = $"http://127.0.0.1:1/?key={Uri.EscapeDataString(key)}";
                await response.WriteAsync(words, context.RequestAborted);
                break;
            case "cut":
                response.ContentLength = 100_000;
                await response.WriteAsync(words, context.RequestAborted);
                context.Abort();
                break;
            default:
                response.StatusCode = 401;
                await response.WriteAsync(Error(words).ToJsonString(), context.RequestAborted);
                break;
        }
    }

    /// <summary>An error that fits every vendor's reader.</summary>
    private static JsonObject Error(string words) => new()
    {
        ["type"] = "error", ["error"] = new JsonObject { ["type"] = "authentication_error", ["message"] = words, ["code"] = 401, ["status"] = "UNAUTHENTICATED", ["details"] = new JsonArray() },
    };

    /// <summary>A stream that began well.</summary>
    private static async Task MidwayAsync(HttpResponse response, string path, string error)
    {
        var ndjson = path.StartsWith("/ollama", StringComparison.Ordinal);
        response.ContentType = ndjson ? "application/x-ndjson" : "text/event-stream";
        var first = path switch
        {
            _ when ndjson => OllamaStub.Piece("Hel"),
            _ when path.EndsWith("/messages", StringComparison.Ordinal) =>
                """{"type":"message_start","message":{"id":"m","type":"message","role":"assistant","model":"midway","content":[],"usage":{"input_tokens":1,"output_tokens":1}}}""",
            _ when path.Contains("enerateContent", StringComparison.Ordinal) => """{"candidates":[{"content":{"role":"model","parts":[{"text":"Hel"}]}}]}""",
            _ => """{"id":"c","object":"chat.completion.chunk","created":1,"model":"midway","choices":[{"index":0,"delta":{"role":"assistant","content":"Hel"},"finish_reason":null}]}""",
        };
        foreach (var piece in new[] { first, error })
        {
            await response.WriteAsync(ndjson ? $"{piece}\n" : $"event: {JsonNode.Parse(piece)!["type"] ?? "message"}\ndata: {piece}\n\n");
            await response.Body.FlushAsync();
        }
    }
}
