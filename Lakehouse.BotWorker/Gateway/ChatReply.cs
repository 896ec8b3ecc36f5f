using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Lakehouse.BotWorker.Cycles;
using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.BotWorker.Gateway;

/// <summary>Reads an OpenAI chat completion and the gateway's headers.</summary>
internal static class ChatReply
{
    public static (string Text, ModelCall Call) Read(string body, HttpResponseHeaders headers)
    {
        var requestId = Header(headers, LakehouseHeaders.RequestId);
        try
        {
            using var json = JsonDocument.Parse(body);
            var root = json.RootElement;
            var choice = root.GetProperty("choices")[0];
            var text = choice.GetProperty("message").GetProperty("content").GetString() ?? "";
            var usage = root.TryGetProperty("usage", out var given) && given.ValueKind == JsonValueKind.Object ? given : (JsonElement?)null;
            return (text, new ModelCall(
                requestId,
                Header(headers, LakehouseHeaders.Provider),
                Header(headers, LakehouseHeaders.Model) ?? (root.TryGetProperty("model", out var model) ? model.GetString() : null),
                (int?)Number(headers, LakehouseHeaders.Attempts),
                Tokens(usage, "prompt_tokens"),
                Tokens(usage, "completion_tokens"),
                Number(headers, LakehouseHeaders.CostNanoUsd),
                choice.TryGetProperty("finish_reason", out var reason) ? reason.GetString() : null,
                Header(headers, LakehouseHeaders.Context)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)));
        }
        catch (Exception invalid) when (invalid is JsonException or KeyNotFoundException or InvalidOperationException or IndexOutOfRangeException)
        {
            throw new GatewayException($"The gateway's answer to POST /v1/chat is not a chat completion: {invalid.Message}", requestId: requestId, inner: invalid);
        }
    }

    /// <summary>The message of an OpenAI error object; else the beginning of the text.</summary>
    public static string Error(string body, int length)
    {
        string text;
        try
        {
            using var json = JsonDocument.Parse(body);
            text = json.RootElement.GetProperty("error").GetProperty("message").GetString() ?? body;
        }
        catch (Exception other) when (other is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            text = body;
        }

        return text.Length <= length ? text : text[..length] + "…";
    }

    private static long? Tokens(JsonElement? usage, string name) =>
        usage is { } tokens && tokens.TryGetProperty(name, out var count) && count.TryGetInt64(out var number) ? number : null;

    private static string? Header(HttpResponseHeaders headers, string name) => headers.TryGetValues(name, out var values) ? values.First() : null;

    private static long? Number(HttpResponseHeaders headers, string name) =>
        long.TryParse(Header(headers, name), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : null;
}
