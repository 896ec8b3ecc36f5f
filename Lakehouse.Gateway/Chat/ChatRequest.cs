using System.Text.Json.Nodes;
using Lakehouse.Gateway.Context;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Knowledge.Profiles;
using Lakehouse.Gateway.Knowledge.Truth;
using Lakehouse.Gateway.Providers;

namespace Lakehouse.Gateway.Chat;

/// <summary>
/// A chat request in OpenAI's shape, checked. Its body keeps every field, known or not, but the gateway's own: those
/// are the others here, and <c>provider</c> where it is a name (an object of that name is OpenRouter's and stays).
/// </summary>
/// <param name="MaxTokens">As asked; null = not said.</param>
/// <param name="Clamp">Rather a shorter answer than a refusal where a budget has not enough left.</param>
/// <param name="FailedAttempts">How often the caller's task has failed before; rules may send it to a stronger model.</param>
/// <param name="Context">What the caller's task is about, or whether it is to be helped at all; null = not said.</param>
/// <param name="TruthContext">The facts that truth rules look into: any JSON object.</param>
/// <param name="Truth">What they said; null = none is for this task.</param>
/// <param name="ServerTools">Patterns of tools that the gateway itself runs, such as <c>lakehouse:*</c>.</param>
internal sealed record ChatRequest(
    ChatBody Source, string Model, string? Provider, bool Stream, bool IncludeUsage, int? MaxTokens, JsonNode? Think, string? SessionId, string? TaskClass,
    bool DryRun = false, bool Clamp = false, int FailedAttempts = 0, ProfileAsk? Profile = null, ContextAsk? Context = null, IReadOnlyList<string>? ServerTools = null,
    JsonObject? TruthContext = null, TruthVerdict? Truth = null)
{
    /// <summary>As a tree, which may be changed.</summary>
    public JsonObject Body => Source.Tree;

    /// <summary>How it is prepared, asked and traced; chosen once, before anything is done.</summary>
    public ChosenProfiles Profiles { get; init; } = ChosenProfiles.None;

    private static readonly string[] OurFields = ["model", "think", "session_id", "task_class", "dry_run", "clamp", "failed_attempts", "profile", "context", TruthVerdict.Field];

    /// <param name="body">UTF-8.</param>
    /// <exception cref="ApiError">400, naming the field, its value and what is accepted.</exception>
    public static ChatRequest Parse(ReadOnlyMemory<byte> body) => PlainChatReader.Read(body) is { } plain
        ? new(new ChatBody(plain), plain.Model, null, plain.Stream, plain.IncludeUsage, plain.MaxTokens, null, null, null)
        : Parse(RequestBody.Parse(body, checksTexts: true));

    /// <exception cref="ApiError">400, naming the field, its value and what is accepted.</exception>
    public static ChatRequest Parse(JsonObject body)
    {
        ChatMessages.Check(body["messages"]);
        var model = body.OptionalText("model") ?? throw ApiError.BadInput("model", "model is missing; accepted is a model's name, such as ollama/qwen3:8b.");
        if (body["n"] is { } n && !(n is JsonValue count && count.TryGetValue(out int one) && one == 1))
        {
            throw ApiError.BadInput("n", $"n is {n.ToJsonString()}; accepted is 1.");
        }

        var provider = body["provider"] is JsonObject ? null : body.OptionalText("provider");
        var request = new ChatRequest(
            body, model, provider, body.OptionalFlag("stream"), (body["stream_options"] as JsonObject).OptionalFlag("include_usage"), MaxTokensOf(body), ThinkOf(body["think"]),
            body.OptionalText("session_id"), body.OptionalText("task_class"), body.OptionalFlag("dry_run"), body.OptionalFlag("clamp"), FailedAttemptsOf(body), ProfileAsk.Parse(body["profile"]),
            ContextAsk.Parse(body["context"]), ServerToolsOf(body),
            body.OptionalObject(TruthVerdict.Field)?.DeepClone().AsObject());
        foreach (var field in OurFields)
        {
            body.Remove(field);
        }

        if (provider is not null)
        {
            body.Remove("provider");
        }

        return request;
    }

    private static int? MaxTokensOf(JsonObject body)
    {
        var field = body["max_completion_tokens"] is not null ? "max_completion_tokens" : "max_tokens";
        if (body[field] is not { } value)
        {
            return null;
        }

        return value is JsonValue number && number.TryGetValue(out int tokens) && tokens > 0
            ? tokens
            : throw ApiError.BadInput(field, $"{field} is {value.Shortened()}; accepted is a whole number from 1.");
    }

    private static int FailedAttemptsOf(JsonObject body) => body["failed_attempts"] switch
    {
        null => 0,
        JsonValue value when value.TryGetValue(out int count) && count is >= 0 and <= 1000 => count,
        var other => throw ApiError.BadInput("failed_attempts", $"failed_attempts is {other.Shortened()}; accepted is a whole number from 0 to 1000."),
    };

    private static JsonValue? ThinkOf(JsonNode? think) => think switch
    {
        null => null,
        JsonValue value when value.GetValueKind() is System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False => value,
        JsonValue value when value.ToString() is "low" or "medium" or "high" || ThinkingTokens.Of(value) is not null => value,
        _ => throw ApiError.BadInput("think", $"think is {think.Shortened()}; accepted are true, false, \"low\", \"medium\", \"high\" and a whole number of tokens."),
    };

    // "lakehouse:usage_report" among the tools asks the gateway to run that tool itself
    private static List<string>? ServerToolsOf(JsonObject body)
    {
        if (body["tools"] is not { } tools)
        {
            return null;
        }

        if (tools is not JsonArray list)
        {
            throw ApiError.BadInput("tools", $"tools is {tools.Shortened()}; accepted is a list.");
        }

        var names = list.Select((tool, index) => tool switch
        {
            JsonObject => null,
            JsonValue value when value.TryGetValue(out string? name) && name.StartsWith("lakehouse:", StringComparison.Ordinal) => name,
            _ => throw ApiError.BadInput($"tools[{index}]", $"tools[{index}] is {tool.Shortened()}; accepted are {{\"type\": \"function\", …}} and \"lakehouse:NAME\"."),
        }).OfType<string>().ToList();
        return names.Count > 0 ? names : null;
    }
}
