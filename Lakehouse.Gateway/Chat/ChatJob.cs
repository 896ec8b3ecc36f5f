using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Context;
using Lakehouse.Gateway.Keys;
using Lakehouse.Gateway.Providers;
using Lakehouse.Gateway.Providers.Upstream;
using Lakehouse.Gateway.Routing;

namespace Lakehouse.Gateway.Chat;

/// <summary>One request of a model: admitted, checked and routed. Its attempts are <see cref="ChatCall"/>s.</summary>
/// <param name="Operation">chat or embeddings, as OpenTelemetry's <c>gen_ai.operation.name</c>.</param>
/// <param name="Require">Throws for a provider that cannot express what only the vendor of <paramref name="Native"/> understands.</param>
/// <param name="InputBound">Tokens that the prompt has at most.</param>
/// <param name="InputGuess">Tokens that the prompt probably has; for reports where a provider is silent.</param>
/// <param name="Context">What was put into the prompt, and what was not; null = nothing was looked for.</param>
internal sealed record ChatJob(
    string RequestId, string Operation, Caller Caller, ChatRequest Request, IReplyShape Shape, NativeRequest? Native, Action<ProviderConfig>? Require,
    RoutePlan Route, long InputBound, long InputGuess, DateTimeOffset StartedAt, string? TraceId, BuiltContext? Context = null)
{
    public const string Chat = "chat";
    public const string Embeddings = "embeddings";

    /// <summary>Why this route, for the ledger and <c>/v1/requests</c>: JSON.</summary>
    public string Details() => Encoding.UTF8.GetString(JsonBytes.Of(this, static (json, job) => job.WriteDetails(json)));

    /// <summary>A copy of a message without what the truth rules redact: whatever goes to the model goes through here.</summary>
    public JsonObject Redacted(JsonObject message) => Request.Truth?.Redaction?.Of(message) ?? message.DeepClone().AsObject();

    /// <summary>The same job with other messages; its size and its holds are theirs.</summary>
    public ChatJob With(IReadOnlyList<JsonObject> messages, JsonNode? toolChoice = null)
    {
        var body = new JsonObject();
        foreach (var (name, value) in Request.Body)
        {
            if (name is not "messages" && !(name is "tool_choice" && toolChoice is not null))
            {
                body[name] = value?.DeepClone();
            }
        }

        body["messages"] = new JsonArray([.. messages.Select(Redacted)]);
        if (toolChoice is not null)
        {
            body["tool_choice"] = toolChoice;
        }

        return this with
        {
            Request = Request with { Source = body }, Native = Native?.WithoutBody(),
            InputBound = TokenEstimate.InputBound(body), InputGuess = TokenEstimate.Guess(TokenEstimate.InputCharacters(body)),
        };
    }

    private void WriteDetails(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("route"u8, Route.Reason);
        if (Route.Rule is { } rule)
        {
            json.WriteString("rule"u8, rule);
            json.WriteStartArray("chain"u8);
            foreach (var target in Route.Targets)
            {
                json.WriteStringValue(target.Name);
            }

            json.WriteEndArray();
        }

        if (Route.Skipped.Count > 0)
        {
            Write(json, "skipped", new JsonArray([.. Route.Skipped.Select(skipped => (JsonNode)new JsonObject { ["target"] = skipped.Target, ["why"] = skipped.Why })]));
        }

        if (Request.Profiles.Used.Count > 0)
        {
            Write(json, "profiles", Request.Profiles.ToJson());
        }

        if (Context is { Items.Count: > 0 } context)
        {
            Write(json, "context", new JsonArray([.. context.Items.Select(item => (JsonNode)item.ToJson())]));
        }

        if (Request.Truth is { } truth)
        {
            Write(json, "truth", truth.ToJson());
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, JsonNode value)
    {
        json.WritePropertyName(name);
        value.WriteTo(json);
    }
}
