using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Lakehouse.BotWorker.Cycles;
using Lakehouse.ServiceDefaults.Contracts;
using Microsoft.Extensions.Options;

namespace Lakehouse.BotWorker.Gateway;

/// <summary>The worker's only way to a model and to its budget.</summary>
internal sealed class GatewayClient(HttpClient http, IOptions<BotOptions> bot, IConfiguration configuration, TimeProvider time)
{
    public const string TaskClass = "bot.proposal";

    private const string Consumer = "bot";
    private const int ErrorLength = 500;

    /// <summary>Characters that the gateway takes.</summary>
    private const int LongestQuery = 8_000;

    private static readonly TimeSpan BudgetTimeLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PlaybookTimeLimit = TimeSpan.FromSeconds(5);

    public async Task<BudgetView> GetBudgetAsync(CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"v1/budgets/{Consumer}");
        using var response = await SendAsync(request, BudgetTimeLimit, cancellationToken);
        try
        {
            return await response.Content.ReadFromJsonAsync<BudgetView>(LakehouseJson.Options, cancellationToken) is { Remaining: not null } budget
                ? budget
                : throw new GatewayException("The gateway's answer to GET /v1/budgets/bot has no 'remaining'.");
        }
        catch (JsonException invalid)
        {
            throw new GatewayException($"The gateway's answer to GET /v1/budgets/bot is not a budget: {invalid.Message}", inner: invalid);
        }
    }

    /// <summary>One call, never repeated from here: the gateway retries where that is safe.</summary>
    /// <param name="about">The gap's line: what the gateway knows of it goes into the prompt.</param>
    public async Task<(string Text, ModelCall Call)> ProposeAsync(IReadOnlyList<ChatMessage> messages, string about, CancellationToken cancellationToken)
    {
        var body = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["messages"] = messages,
            ["max_tokens"] = bot.Value.MaxTokens,
            ["stream"] = false,
            ["task_class"] = TaskClass,
            ["context"] = new { query = about.Length <= LongestQuery ? about : about[..LongestQuery] },
        };
        if (!string.IsNullOrWhiteSpace(bot.Value.Model))
        {
            body["model"] = bot.Value.Model;
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/chat") { Content = JsonContent.Create(body, options: LakehouseJson.Options) };
        using var response = await SendAsync(request, bot.Value.ModelTimeLimit, cancellationToken);
        return ChatReply.Read(await response.Content.ReadAsStringAsync(cancellationToken), response.Headers);
    }

    /// <summary>What a cycle taught, and what came of the playbooks that it was given. Said again it changes nothing.</summary>
    public async Task TellAsync(CycleLesson lesson, CancellationToken cancellationToken)
    {
        await PostAsync("v1/playbooks", lesson.Seed, cancellationToken);
        if (lesson.Outcome is { } outcome)
        {
            await PostAsync("v1/playbooks/outcomes", outcome, cancellationToken);
        }
    }

    private async Task PostAsync(string path, object body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body, options: LakehouseJson.Options) };
        using var response = await SendAsync(request, PlaybookTimeLimit, cancellationToken);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, TimeSpan limit, CancellationToken cancellationToken)
    {
        var what = $"{request.Method} /{request.RequestUri}";
        if (configuration["Gateway:ApiKey"] is { Length: > 0 } key)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        using var late = new CancellationTokenSource(limit, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        HttpResponseMessage response;
        try
        {
            response = await http.SendAsync(request, HttpCompletionOption.ResponseContentRead, stop.Token);
        }
        catch (HttpRequestException failure)
        {
            throw new GatewayException($"The gateway did not answer {what}: {failure.Message}", inner: failure);
        }
        catch (OperationCanceledException failure) when (!cancellationToken.IsCancellationRequested)
        {
            throw new GatewayException(string.Create(CultureInfo.InvariantCulture, $"The gateway did not answer {what} within {limit}."), inner: failure);
        }

        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            var text = await response.Content.ReadAsStringAsync(cancellationToken);
            var requestId = response.Headers.TryGetValues(LakehouseHeaders.RequestId, out var ids) ? ids.First() : null;
            throw new GatewayException($"The gateway answered {what} with {(int)response.StatusCode}: {ChatReply.Error(text, ErrorLength)}", response.StatusCode, requestId);
        }
    }
}

/// <param name="status">Null when there was no answer.</param>
internal sealed class GatewayException(string message, HttpStatusCode? status = null, string? requestId = null, Exception? inner = null) : Exception(message, inner)
{
    public HttpStatusCode? Status { get; } = status;

    public string? RequestId { get; } = requestId;
}
