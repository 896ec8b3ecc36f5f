using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Keys;
using Lakehouse.Gateway.Knowledge.Profiles;
using Lakehouse.Gateway.Sessions;

namespace Lakehouse.Gateway.Context;

/// <summary>What a call is about, for choosing what is known that helps it.</summary>
/// <param name="MaxTokens">Of everything that is chosen, together.</param>
internal sealed record ContextQuestion(
    string Consumer, string? TaskClass, string? Query, string? SessionId, string? City, string? State, string? Role, string? Client, long MaxTokens)
{
    public const long DefaultTokens = 2_000;
    public const long MostTokens = 1_000_000;
    public const int LongestQuery = 8_000;
    public const int LongestName = 200;
    private static readonly string[] Fields = ["task_class", "query", "session_id", "city", "state", "role", "client", "max_tokens", "profile"];

    /// <summary>What is asked, and how; see docs/profiles.md.</summary>
    public ChosenProfiles Profiles { get; init; } = ChosenProfiles.None;

    /// <summary>Who may know more than the consumer's own; null = nobody.</summary>
    public Caller? Caller { get; init; }

    /// <exception cref="ApiError">400, naming the field.</exception>
    public static ContextQuestion Parse(string consumer, JsonObject body, ProfileBook profiles)
    {
        body.AcceptOnly(Fields);
        var chosen = profiles.Choose(ProfileAsk.Parse(body["profile"]), Text("task_class"));
        var question = new ContextQuestion(
            consumer, Text("task_class"), body.TextOf("query", LongestQuery), Text("session_id"), Text("city"), Text("state"), Text("role"), Text("client"),
            body.NumberOf("max_tokens", "max_tokens", 1, MostTokens) ?? chosen.Retrieval.MaxTokens ?? DefaultTokens) { Profiles = chosen };
        return question is { TaskClass: null, Query: null, SessionId: null }
            ? throw ApiError.BadInput("query", "query is missing; accepted is at least one of query, task_class, session_id.")
            : question;

        string? Text(string field) => body.TextOf(field, LongestName);
    }

    /// <summary>The same as query parameters.</summary>
    public static ContextQuestion Parse(string consumer, IQueryCollection query, ProfileBook profiles)
    {
        var body = new JsonObject();
        foreach (var (name, values) in query)
        {
            var text = values.Count == 1 ? values[0] : throw ApiError.BadInput(name, $"{name} is given {values.Count} times; accepted is once.");
            body[name] = name == "max_tokens" && long.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : text;
        }

        return Parse(consumer, body, profiles);
    }
}
