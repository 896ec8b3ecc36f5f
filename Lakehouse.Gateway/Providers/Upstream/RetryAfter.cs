using System.Globalization;
using System.Text.Json.Nodes;

namespace Lakehouse.Gateway.Providers.Upstream;

/// <summary>How long a vendor wants to be left alone.</summary>
internal static class RetryAfter
{
    /// <summary>From <c>retry-after-ms</c> (OpenAI), <c>Retry-After</c> in seconds or as a date, or Google's <c>RetryInfo</c> detail.</summary>
    public static TimeSpan? Of(HttpResponseMessage response, JsonObject? body)
    {
        if (response.Headers.TryGetValues("retry-after-ms", out var values)
            && double.TryParse(values.First(), NumberStyles.Float, CultureInfo.InvariantCulture, out var milliseconds) && milliseconds is >= 0 and < 86_400_000)
        {
            return TimeSpan.FromMilliseconds(milliseconds);
        }

        var header = response.Headers.RetryAfter;
        if (header?.Date is { } date && response.Headers.Date is { } now)
        {
            return date > now ? date - now : TimeSpan.Zero;
        }

        return header?.Delta ?? Google(body);
    }

    /// <summary>From an error inside a stream, which has no headers of its own.</summary>
    public static TimeSpan? Google(JsonObject? body)
    {
        var delay = ((body?["error"] as JsonObject)?["details"] as JsonArray)?.OfType<JsonObject>().Select(detail => detail["retryDelay"]?.ToString()).FirstOrDefault(text => text is not null);
        return delay is not null && double.TryParse(delay.TrimEnd('s'), NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0 and < 86_400
            ? TimeSpan.FromSeconds(seconds)
            : null;
    }
}
