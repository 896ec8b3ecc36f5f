using System.Text.Json;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Chat;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Knowledge.Truth;
using Lakehouse.Gateway.Sessions;
using Lakehouse.Gateway.Staffing.Validation;

namespace Lakehouse.Gateway.Staffing.Iteration;

/// <summary>The body of <c>POST /v1/iterate</c>, checked.</summary>
/// <param name="Context">What the artifact is held against.</param>
/// <param name="Chat">The first try.</param>
internal sealed record IterationRequest(IArtifactValidator Validator, JsonObject Context, int MaxIterations, ChatRequest Chat)
{
    public const int DefaultIterations = 3;
    public const int MostIterations = 10;
    private const double DefaultTemperature = 0.2;
    private const int DefaultMaxTokens = 4_096;
    private const int LongestPrompt = 200_000;

    // the chat's own fields, as /v1/chat knows them
    private static readonly string[] Passed = ["model", "provider", "think", "task_class", TruthVerdict.Field, "profile", "clamp"];

    private static readonly string[] Shared = ["city", "state", "role"];

    /// <exception cref="ApiError">400, naming the field.</exception>
    public static IterationRequest Parse(JsonObject body, Validators validators)
    {
        body.AcceptOnly(["kind", "prompt", "system", "context", "max_iterations", "temperature", "max_tokens", .. Passed]);
        var validator = validators.Find(body);
        var prompt = body.TextOf("prompt", LongestPrompt) ?? throw ApiError.BadInput("prompt", $"prompt is missing; accepted is a text of 1 to {LongestPrompt} characters.");
        var tries = (int)(body.NumberOf("max_iterations", "max_iterations", 1, MostIterations) ?? DefaultIterations);
        var system = $"Answer with one JSON object and nothing else. Its form: {validator.Form}.";
        if (body.TextOf("system", LongestPrompt) is { } own)
        {
            system = $"{own}\n\n{system}";
        }

        var chat = new JsonObject
        {
            ["messages"] = new JsonArray(Message("system", system), Message("user", prompt)),
            ["temperature"] = Temperature(body), ["max_tokens"] = body["max_tokens"]?.DeepClone() ?? DefaultMaxTokens,
        };
        foreach (var field in Passed.Where(body.ContainsKey))
        {
            chat[field] = body[field]?.DeepClone();
        }

        var context = body.ObjectOf("context") ?? [];
        if (chat.ContainsKey("task_class") && About(context) is { Count: > 0 } about)
        {
            chat["context"] = about;
        }

        return new(validator, context, tries, ChatRequest.Parse(chat));
    }

    public static JsonObject Message(string role, string content) => new() { ["role"] = role, ["content"] = content };

    // the same words as a chat has for where a task is and whom it needs, so that what is known of that place helps
    private static JsonObject About(JsonObject context) => new(from field in Shared
                                                               where context[field] is JsonValue value && value.GetValueKind() == JsonValueKind.String
                                                               select KeyValuePair.Create(field, context[field]?.DeepClone()));

    private static double Temperature(JsonObject body) => body["temperature"] switch
    {
        null => DefaultTemperature,
        JsonValue value when value.TryGetValue(out double number) && number is >= 0 and <= 2 => number,
        var other => throw ApiError.BadInput("temperature", $"temperature is {other.Shortened()}; accepted is a number of 0 to 2."),
    };
}
