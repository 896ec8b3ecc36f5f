using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Lakehouse.Gateway.Providers.Ollama;

/// <summary>Ollama's own protocol, local and cloud: <c>POST /api/chat</c>, buffered JSON or NDJSON.
/// Source: https://github.com/ollama/ollama/blob/main/docs/api.md.</summary>
internal sealed class OllamaProvider(IHttpClientFactory clients) : IModelProvider
{
    public const string ClientName = "ollama";

    public void Check(ProviderCall call) => OllamaRequest.Build(call, stream: false);

    public async Task<ModelReply> ChatAsync(ProviderCall call, CallClock clock)
    {
        try
        {
            using var response = await SendAsync(call, stream: false, clock);
            var text = await ReadAsync(response, clock);
            var reply = OllamaReply.Parse(text, call.Provider.ApiKey);
            return OllamaReply.IsDone(reply) ? OllamaReply.Whole(reply, call.Model) : throw new ProviderException(ProviderFailure.CutStream, "The model's reply is not marked as done.");
        }
        catch (Exception problem) when (problem is OperationCanceledException or HttpRequestException or IOException)
        {
            throw Failure(problem, clock);
        }
    }

    public async IAsyncEnumerable<ModelChunk> StreamAsync(ProviderCall call, CallClock clock)
    {
        await using var lines = LinesAsync(call, clock, clock.Token).GetAsyncEnumerator(clock.Token);
        var toolCalls = 0;
        while (true)
        {
            string line;
            try
            {
                if (!await lines.MoveNextAsync())
                {
                    throw new ProviderException(ProviderFailure.CutStream, "The model's stream ended without saying that it was done.");
                }

                line = lines.Current;
            }
            catch (Exception problem) when (problem is OperationCanceledException or HttpRequestException or IOException)
            {
                throw Failure(problem, clock);
            }

            var reply = OllamaReply.Parse(line, call.Provider.ApiKey);
            yield return OllamaReply.Chunk(reply, ref toolCalls);
            if (OllamaReply.IsDone(reply))
            {
                yield break;
            }
        }
    }

    private async IAsyncEnumerable<string> LinesAsync(ProviderCall call, CallClock clock, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var response = await SendAsync(call, stream: true, clock);
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        await foreach (var line in NdjsonReader.ReadAsync(stream, clock.SawBytes, cancellationToken))
        {
            yield return line;
        }
    }

    private async Task<HttpResponseMessage> SendAsync(ProviderCall call, bool stream, CallClock clock)
    {
        var json = OllamaRequest.Build(call, stream).ToJsonString();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(call.Provider.BaseUrl, "/api/chat")) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        if (call.Provider.ApiKey is { } key)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        var response = await clients.CreateClient(ClientName).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, clock.Token);
        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw Refusal(response, Redaction.Clean(ErrorText(await ReadAsync(response, clock)), call.Provider.ApiKey));
        }
    }

    private static async Task<string> ReadAsync(HttpResponseMessage response, CallClock clock)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(clock.Token);
        var text = new StringBuilder();
        await foreach (var line in NdjsonReader.ReadAsync(stream, clock.SawBytes, clock.Token))
        {
            text.AppendLine(line);
        }

        return text.ToString();
    }

    private static string ErrorText(string body)
    {
        try
        {
            return JsonNode.Parse(body)?["error"]?.ToString() ?? body;
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException)
        {
            return body.Trim();
        }
    }

    private static ProviderException Refusal(HttpResponseMessage response, string text)
    {
        var failure = response.StatusCode switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => ProviderFailure.Auth,
            HttpStatusCode.PaymentRequired => ProviderFailure.Quota,
            HttpStatusCode.NotFound => ProviderFailure.ModelNotFound,
            HttpStatusCode.TooManyRequests => ProviderFailure.RateLimited,
            >= HttpStatusCode.InternalServerError => ProviderFailure.Unavailable,
            >= HttpStatusCode.BadRequest => ProviderFailure.InvalidRequest,
            _ => ProviderFailure.Protocol,
        };
        return new(failure, $"Ollama answered {(int)response.StatusCode}: {text}", response.Headers.RetryAfter?.Delta);
    }

    private static ProviderException Failure(Exception problem, CallClock clock) => problem switch
    {
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError } =>
            new(ProviderFailure.Unreachable, $"Ollama cannot be reached: {problem.Message}", inner: problem),
        // SocketsHttpHandler reports its connect timeout as a cancellation around a TimeoutException
        OperationCanceledException { InnerException: TimeoutException } when !clock.Token.IsCancellationRequested =>
            new(ProviderFailure.ConnectTimeout, "Ollama did not accept a connection in time.", inner: problem),
        OperationCanceledException => clock.Failure(problem),
        _ => new(ProviderFailure.CutStream, "The connection to the model broke.", inner: problem),
    };
}
