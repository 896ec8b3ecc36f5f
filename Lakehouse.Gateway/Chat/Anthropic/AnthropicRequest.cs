using System.Text.Json;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Providers;
using Lakehouse.Gateway.Providers.Claude;

namespace Lakehouse.Gateway.Chat.Anthropic;

/// <summary>
/// A body of <c>POST /v1/messages</c>, checked. It is kept twice: as OpenAI's body for every provider, and as it came for a
/// Claude provider. The way of use: parse; hand <see cref="Body"/> to <see cref="ChatRequest.Parse"/>; when the route is known,
/// <see cref="Require"/> for each provider that is tried; give <see cref="Native"/> to the call where nothing was added to the
/// messages on the way (session, injected context): a native body goes out as it came.
/// </summary>
/// <param name="Body">In OpenAI's shape, with the gateway's own fields. What OpenAI cannot say stands in it as it came, so that it
/// is counted; it is also in <paramref name="NativeOnly"/>.</param>
/// <param name="Native">The caller's body without the gateway's own fields and without what other vendors left in it.</param>
internal sealed record AnthropicRequest(JsonObject Body, NativeRequest Native, NativeOnlyFields NativeOnly)
{
    private static readonly string[] Ours = ["provider", "think", "session_id", "task_class", "dry_run", "clamp", "failed_attempts", "profile", "context", "truth_context"];
    private static readonly string[] Sampling = ["temperature", "top_p", "top_k"];
    private static readonly string[] Claudes = ["container", "mcp_servers", "context_management", "diagnostics", "inference_geo", "speed", "user_profile_id", "workspace_id"];

    private static readonly string[] Mapped =
        ["system", "messages", "tools", "tool_choice", "stop_sequences", "metadata", "thinking", "output_config", "output_format", "service_tier", "stream_options"];

    /// <param name="counting">For <c>count_tokens</c>, which has no max_tokens.</param>
    /// <exception cref="ApiError">400, naming the field, its value and what is accepted.</exception>
    public static AnthropicRequest Parse(JsonObject body, IHeaderDictionary headers, bool counting = false)
    {
        var (version, only) = (AnthropicVersion.Of(headers), new NativeOnlyFields());
        Check(body, version, counting);
        var canonical = body.Without(Mapped);
        var messages = AnthropicMessages.Build(AnthropicFault.List(body["messages"], "messages"), version, only);
        if (AnthropicMessages.System(body["system"]) is { } system)
        {
            messages.Insert(0, system);
        }

        canonical["messages"] = messages;
        foreach (var field in Claudes.Where(field => body[field] is not null))
        {
            only.Add(field, body[field]!.ToJsonString() is { Length: <= 80 } text ? text : "set");
        }

        AnthropicTools.Add(body, canonical, only);
        AnthropicSettings.Add(body, canonical, only);
        return new(canonical, new(ClaudeProvider.Protocol, AnthropicNative.Clean(body, Ours), AnthropicVersion.Headers(headers)), only);
    }

    /// <summary>Once per provider that a request is about to go to.</summary>
    /// <exception cref="ApiError">400: the request has a field that this provider cannot express.</exception>
    public void Require(ProviderConfig provider)
    {
        if (provider.Kind != ClaudeProvider.Protocol)
        {
            NativeOnly.Refuse(provider.Name);
        }
    }

    private static void Check(JsonObject body, string version, bool counting)
    {
        if (body["max_tokens"] is null ? !counting : !(body["max_tokens"] is JsonValue number && number.TryGetValue(out int tokens) && tokens > 0))
        {
            throw AnthropicFault.Of("max_tokens", body["max_tokens"], "a whole number from 1");
        }

        foreach (var field in Sampling.Where(field => body[field] is not null))
        {
            if (version == AnthropicVersion.Y2026)
            {
                throw ApiError.BadInput(field, $"{field} is {body[field]!.ToJsonString()}; version {AnthropicVersion.Y2026} of the API does not have it: accepted is a request without it, or anthropic-version {AnthropicVersion.Y2023}.");
            }

            if (body[field]!.GetValueKind() != JsonValueKind.Number)
            {
                throw AnthropicFault.Of(field, body[field], "a number");
            }
        }
    }
}
