using System.Text.Json.Nodes;
using Lakehouse.Gateway.Chat;
using Lakehouse.Gateway.Keys;
using Microsoft.Extensions.Options;

namespace Lakehouse.Gateway.Context;

/// <summary>Finds what helps a chat: of one with a task class unless that is switched off, of any other where it asks.</summary>
internal sealed class Enrichment(ContextBuilder builder, IOptions<ContextOptions> options)
{
    private readonly ContextOptions _options = options.Value;

    /// <returns>Null where nothing was looked for.</returns>
    public async Task<BuiltContext?> FindAsync(Caller caller, ChatRequest request, CancellationToken cancellationToken)
    {
        if (!(request.Context?.IsWanted ?? (request.TaskClass is not null && !_options.IsOff(request.TaskClass))))
        {
            return null;
        }

        var ask = request.Context;
        // of the messages it was taken out already
        var query = ask?.Query is { } asked ? request.Truth?.Redaction?.Of(asked) ?? asked : LastSaid(request.Body);
        var question = new ContextQuestion(
            caller.Consumer, request.TaskClass, query, null, ask?.City ?? Fact("city"), ask?.State ?? Fact("state"), ask?.Role ?? Fact("role"), ask?.Client ?? Fact("client"),
            ask?.MaxTokens ?? request.Profiles.Retrieval.MaxTokens ?? _options.MaxTokens) { Caller = caller, Profiles = request.Profiles, Truth = request.Truth, DryRun = request.DryRun };
        return await builder.HelpAsync(question, _options.Patience, cancellationToken);

        // who states the facts for the rules need not state them twice
        string? Fact(string name) => request.TruthContext?[name] is JsonValue value && value.TryGetValue(out string? text) && text.Length is > 0 and <= ContextQuestion.LongestName ? text : null;
    }

    private static string? LastSaid(JsonObject body)
    {
        var said = body["messages"]!.AsArray().OfType<JsonObject>().LastOrDefault(message => message["role"]?.ToString() == "user") is { } last ? TokenEstimate.ContentText(last["content"]) : "";
        return said.Length == 0 ? null : said.Length <= ContextQuestion.LongestQuery ? said : said[..ContextQuestion.LongestQuery];
    }
}
