using System.Text.Json;
using System.Text.Json.Nodes;
using Anthropic;
using Anthropic.Models.Messages;

namespace Lakehouse.Gateway.Tests.Clients;

/// <summary>The same few calls, as a program that uses NuGet's <c>Anthropic</c> writes them.</summary>
internal static class AnthropicNetCalls
{
    public static readonly MessageParam Hello = new UserMessageParam("Say hello.");

    /// <param name="retries">Null = as many as the client makes by itself.</param>
    /// <param name="strict">Refuses a reply that lacks a field or has a word that the client does not know.</param>
    public static AnthropicClient Anthropic(this ClientHouse house, string key = ClientHouse.Key, int? retries = null, bool strict = true) => new() { BaseUrl = house.Url, ApiKey = key, AuthToken = null, MaxRetries = retries, ResponseValidation = strict };

    public static MessageCreateParams Ask(string model, params IReadOnlyList<MessageParam> messages) =>
        new() { Model = model, MaxTokens = 2000, Messages = messages.Count > 0 ? messages : [Hello] };

    public static IReadOnlyList<ToolUnion> Tools() =>
        [.. ClientHouse.Tools.Select(name => (ToolUnion)new Tool { Name = name, Description = $"Calls {name}.", InputSchema = new InputSchema { Properties = new Dictionary<string, JsonElement>() } })];

    /// <summary>What the model said, as the turn that a caller sends back.</summary>
    public static MessageParam Again(this Message reply) => new AssistantMessageParam(new MessageContentParam([.. reply.Content.Select(block => new ContentBlockParam(block.Json))]));

    public static MessageParam Results(this Message reply) =>
        new UserMessageParam(new MessageContentParam([.. reply.Calls().Select((call, index) => (ContentBlockParam)new ToolResultBlockParam(call.ID) { Content = $"result {index}" })]));

    public static string Text(this Message reply) => string.Concat(reply.Content.Select(block => block.TryPickText(out var text) ? text.Text : ""));

    public static string Thought(this Message reply) => string.Concat(reply.Content.Select(block => block.TryPickThinking(out var thinking) ? thinking.Thinking : ""));

    public static IReadOnlyList<ToolUseBlock> Calls(this Message reply) => [.. reply.Content.Select(block => block.TryPickToolUse(out var call) ? call : null).OfType<ToolUseBlock>()];

    /// <summary>Names and arguments, as the recordings' list has them.</summary>
    public static JsonArray Called(this Message reply) => [.. reply.Calls().Select(call => (JsonNode)new JsonArray(call.Name, JsonSerializer.SerializeToNode(call.Input)))];

    /// <summary>Anthropic counts what came from the cache, and what went there, beside the input.</summary>
    public static int[] Used(this Message reply) =>
        [(int)(reply.Usage.InputTokens + (reply.Usage.CacheReadInputTokens ?? 0) + (reply.Usage.CacheCreationInputTokens ?? 0)), (int)reply.Usage.OutputTokens];
}
