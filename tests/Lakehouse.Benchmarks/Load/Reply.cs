using System.Diagnostics;
using System.Text;
using Lakehouse.Benchmarks.Targets;
using Lakehouse.Testing;

namespace Lakehouse.Benchmarks.Load;

/// <summary>Single requests of our own, beside those of wrk.</summary>
internal static class Reply
{
    /// <summary>Fails unless the target passes on what the upstream answers: a fast error must not count as speed.</summary>
    public static async Task CheckAsync(Target target, Mode mode, CancellationToken cancellationToken)
    {
        using var client = Http.Client(target.Endpoint(mode).Url.AbsoluteUri);
        using var request = Request(target, mode);
        using var response = await client.SendAsync(request, cancellationToken);
        var body = await response.Content.ReadAsStringAsync(cancellationToken);
        string[] expected = mode == Mode.Buffered
            ? [CannedReplies.Content, "\"total_tokens\"", "\"stop\""]
            : [.. CannedReplies.Words, "\"total_tokens\"", "data: [DONE]"];
        if (!response.IsSuccessStatusCode || Array.Find(expected, text => !body.Contains(text, StringComparison.Ordinal)) is not null)
        {
            throw new BenchmarkException($"{target.Name} answers {(int)response.StatusCode} {mode} with something else than the upstream: {body}");
        }
    }

    /// <returns>Time from sending to the arrival of the first token.</returns>
    public static async Task<TimeSpan> FirstTokenAsync(HttpClient client, Target target, CancellationToken cancellationToken)
    {
        using var request = Request(target, Mode.Streamed);
        var began = Stopwatch.GetTimestamp();
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await using var stream = await response.EnsureSuccessStatusCode().Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[32 * 1024];
        var token = Encoding.UTF8.GetBytes(CannedReplies.Words[0]);
        TimeSpan? first = null;
        for (var (read, length) = (0, 0); (read = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken)) > 0;)
        {
            length += read;
            if (first is null && buffer.AsSpan(0, length).IndexOf(token) >= 0)
            {
                first = Stopwatch.GetElapsedTime(began);
            }
        }

        return first ?? throw new BenchmarkException($"{target.Name} streamed a reply without its first token.");
    }

    private static HttpRequestMessage Request(Target target, Mode mode)
    {
        var endpoint = target.Endpoint(mode);
        var request = new HttpRequestMessage(HttpMethod.Post, endpoint.Url) { Content = new StringContent(ChatBody.Of(mode), Encoding.UTF8) };
        foreach (var (name, value) in endpoint.Headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                request.Content.Headers.Remove(name);
                request.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return request;
    }
}
