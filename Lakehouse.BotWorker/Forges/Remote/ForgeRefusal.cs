using System.Globalization;
using System.Net;
using System.Text.Json;

namespace Lakehouse.BotWorker.Forges.Remote;

/// <summary>A reply that is no success: what the forge says, and what that means for a person.</summary>
/// <param name="Text">One line of at most 300 characters; empty where a proxy's page says nothing.</param>
/// <param name="Wait">How long it wants to be left alone; null when that is not the trouble.</param>
internal sealed record ForgeRefusal(HttpStatusCode Status, string Text, TimeSpan? Wait)
{
    private const int LongestText = 300;

    private static readonly TimeSpan UnknownWait = TimeSpan.FromMinutes(1);

    public static async Task<ForgeRefusal> ReadAsync(HttpResponseMessage reply, TimeProvider time, CancellationToken cancellationToken)
    {
        var text = Said(await reply.Content.ReadAsStringAsync(cancellationToken));
        return new ForgeRefusal(reply.StatusCode, text, IsLimit(reply, text) ? WaitOf(reply, time.GetUtcNow()) : null);
    }

    public string Meaning(ForgeDialect dialect, ForgeTarget target) => (int)Status switch
    {
        _ when Wait is { } wait => $"too many requests; try again later, in {Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture)} seconds.",
        401 => $"the token is not valid; make a new one and set {dialect.Section}:Token.",
        403 => $"the token may not do this; it needs {dialect.Scopes} on {target.Name}.",
        404 => $"there is no {target.Name}, or the token may not see it; check {dialect.Section}:Owner and {dialect.Section}:Repository.",
        409 => "it does not fit what is there; enqueue the cycle again.",
        422 => "the pull request is not valid; check that the base branch exists there.",
        >= 300 and < 400 => $"it answers from another address; set {dialect.Section}:Url to that.",
        >= 500 => "the server failed; try again when it is well.",
        _ => "the request was refused.",
    };

    // GitHub answers 403 for a limit too, and its secondary one may come with neither header
    private static bool IsLimit(HttpResponseMessage reply, string text) => reply.StatusCode == HttpStatusCode.TooManyRequests
        || (reply.StatusCode == HttpStatusCode.Forbidden
            && (reply.Headers.RetryAfter is not null || Header(reply, "x-ratelimit-remaining") == "0" || text.Contains("rate limit", StringComparison.OrdinalIgnoreCase)));

    private static TimeSpan WaitOf(HttpResponseMessage reply, DateTimeOffset now)
    {
        var until = (reply.Headers.RetryAfter?.Date ?? Reset(reply)) - now;
        return reply.Headers.RetryAfter?.Delta ?? (until is { } wait ? TimeSpan.FromTicks(Math.Max(wait.Ticks, 0)) : UnknownWait);
    }

    private static DateTimeOffset? Reset(HttpResponseMessage reply) =>
        Header(reply, "x-ratelimit-remaining") == "0" && long.TryParse(Header(reply, "x-ratelimit-reset"), out var seconds) && seconds is > 0 and < 253_402_300_800
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;

    private static string? Header(HttpResponseMessage reply, string name) => reply.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

    // {"message": "…", "errors": ["…" or {"message": "…"}]}
    private static string Said(string body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            if (json.RootElement.ValueKind != JsonValueKind.Object)
            {
                return "";
            }

            var parts = new List<string?> { Value(json.RootElement, "message") };
            if (json.RootElement.TryGetProperty("errors", out var errors) && errors.ValueKind == JsonValueKind.Array)
            {
                parts.AddRange(errors.EnumerateArray().Select(error => error.ValueKind == JsonValueKind.String ? error.GetString() : Value(error, "message")));
            }

            var line = string.Join(' ', string.Join(' ', parts.OfType<string>()).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
            return line.Length <= LongestText ? line : line[..LongestText] + "…";
        }
        catch (JsonException)
        {
            return "";
        }
    }

    private static string? Value(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
}
