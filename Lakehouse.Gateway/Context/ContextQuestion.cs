using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Keys;
using Lakehouse.Gateway.Knowledge.Profiles;
using Lakehouse.Gateway.Knowledge.Truth;
using Lakehouse.Gateway.Sessions;

namespace Lakehouse.Gateway.Context;

/// <summary>What a call is about, for choosing what is known that helps it.</summary>
/// <param name="MaxTokens">Of everything that is chosen, together.</param>
internal sealed record ContextQuestion(
    string Consumer, string? TaskClass, string? Query, string? SessionId, string? City, string? State, string? Role, string? Client, long MaxTokens)
{
    public const long DefaultTokens = 4_000;
    public const long MostTokens = 1_000_000;
    public const int LongestQuery = 8_000;
    public const int LongestName = 200;
    private static readonly string[] Fields = ["task_class", "query", "session_id", "city", "state", "role", "client", "max_tokens", "profile"];

    /// <summary>What is asked, and how; see docs/profiles.md.</summary>
    public ChosenProfiles Profiles { get; init; } = ChosenProfiles.None;

    /// <summary>Who may know more than the consumer's own; null = nobody.</summary>
    public Caller? Caller { get; init; }

    /// <summary>What the rules said of the chat that it is for; null = nothing, or it is for none.</summary>
    public TruthVerdict? Truth { get; init; }

    /// <summary>Of a chat that is only tried: nothing is paid for, counted or noted.</summary>
    public bool DryRun { get; init; }

    /// <summary>How long the answer is waited for; null = until it is there.</summary>
    public TimeSpan? Patience { get; init; }

    /// <param name="options">Say how much, where neither the body nor its profile does.</param>
    /// <exception cref="ApiError">400, naming the field.</exception>
    public static ContextQuestion Parse(string consumer, JsonObject body, ProfileBook profiles, ContextOptions options)
    {
        body.AcceptOnly(Fields);
        var chosen = profiles.Choose(ProfileAsk.Parse(body["profile"]), Text("task_class"));
        var question = new ContextQuestion(
            consumer, Text("task_class"), body.TextOf("query", LongestQuery), Text("session_id"), Text("city"), Text("state"), Text("role"), Text("client"),
            body.NumberOf("max_tokens", "max_tokens", 1, MostTokens) ?? chosen.Retrieval.MaxTokens ?? options.MaxTokens) { Profiles = chosen };
        return question is { TaskClass: null, Query: null, SessionId: null }
            ? throw ApiError.BadInput("query", "query is missing; accepted is at least one of query, task_class, session_id.")
            : question;

        string? Text(string field) => body.TextOf(field, LongestName);
    }

    /// <summary>The same as query parameters.</summary>
    public static ContextQuestion Parse(string consumer, IQueryCollection query, ProfileBook profiles, ContextOptions options)
    {
        var body = new JsonObject();
        foreach (var (name, values) in query)
        {
            var text = values.Count == 1 ? values[0] : throw ApiError.BadInput(name, $"{name} is given {values.Count} times; accepted is once.");
            body[name] = name == "max_tokens" && long.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : text;
        }

        return Parse(consumer, body, profiles, options);
    }
}
