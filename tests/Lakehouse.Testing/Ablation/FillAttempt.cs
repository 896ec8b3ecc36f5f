using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Lakehouse.Testing.Ablation;

/// <summary>One job through the gateway: a chat with tools, its proposal validated, the findings sent back, at most three times.</summary>
/// <param name="isHelped">Whether the chat is given what is known.</param>
/// <param name="isSeeding">Whether a sealed fill becomes a playbook, and is what those that were used are graded by.</param>
internal sealed class FillAttempt(HttpClient client, FillTask task, IReadOnlyList<string> refused, bool isHelped, bool isSeeding)
{
    /// <summary>How the findings of a validation begin when the model gets them.</summary>
    public const string Refused = "Refused:";

    private const int Tries = 3;

    public async Task<FillOutcome> RunAsync(CancellationToken cancellationToken)
    {
        var messages = new JsonArray(Said("user", $$"""
            Fill {{task.Count}} x {{task.Role}} in {{task.City}}, {{task.State}}. Answer with {"fills": [{"worker_id", "name"}]}; with an empty list and a "reason" where there is nobody.
            """));
        var used = new HashSet<string>(StringComparer.Ordinal);
        for (var number = 1; number <= Tries; number++)
        {
            var (answer, artifact) = await AskAsync(messages, used, cancellationToken);
            if (artifact["fills"] is JsonArray { Count: 0 })
            {
                var reason = artifact["reason"]?.ToString() ?? "";
                return reason.Contains(task.Role, StringComparison.Ordinal) && reason.Contains(task.City, StringComparison.Ordinal) ? FillOutcome.SaidNobody : FillOutcome.Failed;
            }

            var findings = await ValidateAsync(artifact, cancellationToken);
            if (findings is null)
            {
                await LearnAsync(artifact, used, cancellationToken);
                return FillOutcome.Sealed;
            }

            messages.Add(Said("assistant", answer));
            messages.Add(Said("user", $"{Refused} {findings} Propose again."));
        }

        return FillOutcome.Failed;
    }

    private async Task<(string Answer, JsonObject Artifact)> AskAsync(JsonArray messages, HashSet<string> used, CancellationToken cancellationToken)
    {
        using var response = await client.PostAsJsonAsync("/v1/chat", new JsonObject
        {
            ["model"] = "ollama/scripted", ["max_tokens"] = 500, ["messages"] = messages.DeepClone(), ["tools"] = new JsonArray("lakehouse:search_workers", "lakehouse:get_worker"),
            ["task_class"] = "staffing.fill", ["context"] = isHelped ? new JsonObject { ["city"] = task.City, ["state"] = task.State, ["role"] = task.Role } : JsonValue.Create(false),
            ["truth_context"] = new JsonObject { ["contract"] = new JsonObject { ["city"] = task.City, ["deadline"] = "2026-07-01", ["budget_usd"] = 5000 } },
        }, cancellationToken);
        var answer = await ReadAsync(response, cancellationToken);
        used.UnionWith(response.Headers.TryGetValues("x-lakehouse-context", out var ids) ? string.Join(',', ids).Split(',', StringSplitOptions.TrimEntries).Where(id => id.StartsWith("pbk_", StringComparison.Ordinal)) : []);
        var text = answer["choices"]![0]!["message"]!["content"]!.ToString();
        return (text, JsonNode.Parse(text)!.AsObject());
    }

    /// <returns>Null: the fill holds.</returns>
    private async Task<string?> ValidateAsync(JsonObject artifact, CancellationToken cancellationToken)
    {
        using var response = await client.PostAsJsonAsync("/v1/validate", new JsonObject
        {
            ["kind"] = "fill", ["artifact"] = artifact.DeepClone(),
            ["context"] = new JsonObject { ["target_count"] = task.Count, ["city"] = task.City, ["state"] = task.State, ["role"] = task.Role, ["client_id"] = task.Client, ["blacklist"] = new JsonArray([.. refused.Select(id => JsonValue.Create(id))]) },
        }, cancellationToken);
        return response.StatusCode == HttpStatusCode.UnprocessableEntity
            ? string.Join(' ', JsonNode.Parse(await response.Content.ReadAsStringAsync(cancellationToken))!["report"]!["findings"]!.AsArray().Select(finding => finding!["message"]!.ToString()))
            : (await ReadAsync(response, cancellationToken))["findings"] is null ? throw new InvalidOperationException("A validation without a report.") : null;
    }

    private async Task LearnAsync(JsonObject artifact, HashSet<string> used, CancellationToken cancellationToken)
    {
        if (!isSeeding)
        {
            return;
        }

        using var seeded = await client.PostAsJsonAsync("/v1/playbooks", new JsonObject
        {
            ["operation"] = task.Operation, ["endorsed_names"] = new JsonArray([.. artifact["fills"]!.AsArray().Select(fill => JsonValue.Create(fill!["worker_id"]!.ToString()))]),
        }, cancellationToken);
        await ReadAsync(seeded, cancellationToken);
        if (used.Count > 0)
        {
            using var graded = await client.PostAsJsonAsync("/v1/playbooks/outcomes", new JsonObject
            {
                ["source_id"] = $"{task.Client}-{Guid.CreateVersion7():N}", ["kind"] = "fill", ["success"] = true, ["playbooks"] = new JsonArray([.. used.Select(id => JsonValue.Create(id))]),
            }, cancellationToken);
            await ReadAsync(graded, cancellationToken);
        }
    }

    private static JsonObject Said(string role, string text) => new() { ["role"] = role, ["content"] = text.Trim() };

    private static async Task<JsonNode> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        return response.IsSuccessStatusCode ? JsonNode.Parse(text)! : throw new InvalidOperationException($"{response.RequestMessage!.RequestUri!.AbsolutePath} answered {(int)response.StatusCode}: {text}");
    }
}

internal enum FillOutcome
{
    /// <summary>The validation holds.</summary>
    Sealed,

    /// <summary>The model said that there is nobody, of which trade and where.</summary>
    SaidNobody,

    /// <summary>Three proposals were refused, or nobody was proposed without a reason.</summary>
    Failed,
}
