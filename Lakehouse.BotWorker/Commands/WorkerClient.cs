using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.BotWorker.Commands;

/// <summary>The worker's API, as the command line uses it.</summary>
internal sealed class WorkerClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly HttpClient _http;

    public WorkerClient(Uri worker, string? key)
    {
        // a redirect would take the key elsewhere, and a proxy has nothing to do with a worker beside us
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false }) { BaseAddress = worker, Timeout = Patience };
        // the person at the worker's machine: the same origin that the worker's own page has
        _http.DefaultRequestHeaders.TryAddWithoutValidation("Origin", worker.GetLeftPart(UriPartial.Authority));
        if (!string.IsNullOrEmpty(key))
        {
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }
    }

    public void Dispose() => _http.Dispose();

    /// <returns>The answer as it came.</returns>
    /// <exception cref="CommandException">With the exit code that tells why.</exception>
    public Task<string> GetAsync(string path, CancellationToken cancellationToken) => SendAsync(HttpMethod.Get, path, body: null, cancellationToken);

    public Task<string> PostAsync(string path, object? body, CancellationToken cancellationToken) => SendAsync(HttpMethod.Post, path, body, cancellationToken);

    /// <exception cref="CommandException">It is not what a worker answers.</exception>
    public static T Read<T>(string answer)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(answer, LakehouseJson.Options) ?? throw new JsonException("it is null");
        }
        catch (JsonException invalid)
        {
            throw new CommandException(ExitCode.Refused, $"What answered is no Lakehouse worker, or one of another version: {invalid.Message}");
        }
    }

    private async Task<string> SendAsync(HttpMethod method, string path, object? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path);
        if (method == HttpMethod.Post)
        {
            request.Content = new StringContent(JsonSerializer.Serialize(body ?? new { }, LakehouseJson.Options), Encoding.UTF8, "application/json");
        }

        try
        {
            using var response = await _http.SendAsync(request, cancellationToken);
            var text = await response.Content.ReadAsStringAsync(cancellationToken);
            return response.IsSuccessStatusCode ? text : throw Refusal(response.StatusCode, text);
        }
        catch (HttpRequestException failure)
        {
            throw new CommandException(ExitCode.NotReachable, $"No worker answers at {_http.BaseAddress}: {failure.Message.TrimEnd('.')}. Is it running? --worker names another address.");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CommandException(ExitCode.NotReachable, $"The worker at {_http.BaseAddress} did not answer within {Patience.TotalSeconds} seconds.");
        }
    }

    private CommandException Refusal(HttpStatusCode status, string text) => (status, Problem(text)) switch
    {
        // a worker has every path that is asked for here, and says in its own words which gap or cycle it does not know
        (HttpStatusCode.NotFound, null) => new(ExitCode.Refused, $"What answers at {_http.BaseAddress} is no Lakehouse worker: it has nothing there (404). --worker names another address."),
        (HttpStatusCode.BadRequest or HttpStatusCode.NotFound or HttpStatusCode.Conflict, var problem) => new(ExitCode.Usage, $"The worker answered {(int)status}: {problem ?? Plain(text)}"),
        (_, var problem) => new(ExitCode.Refused, $"The worker answered {(int)status}: {problem ?? Plain(text)}"),
    };

    /// <returns>Null for what is not in the worker's form.</returns>
    private static string? Problem(string text)
    {
        try
        {
            using var problem = JsonDocument.Parse(text);
            var root = problem.RootElement;
            return root.TryGetProperty("errors", out var errors) ? string.Join(' ', errors.EnumerateObject().SelectMany(field => field.Value.EnumerateArray()).Select(fault => fault.GetString()))
                : root.TryGetProperty("detail", out var detail) ? detail.GetString() : null;
        }
        catch (Exception other) when (other is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string Plain(string text) => text.Length == 0 ? "nothing more." : text[..Math.Min(text.Length, 300)];
}

/// <param name="exitCode">Of <see cref="ExitCode"/>.</param>
internal sealed class CommandException(int exitCode, string message) : Exception(message)
{
    public int Code { get; } = exitCode;
}
