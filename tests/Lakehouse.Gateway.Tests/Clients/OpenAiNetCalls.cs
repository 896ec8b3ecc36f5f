using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text;
using System.Text.Json.Nodes;
using OpenAI;
using OpenAI.Chat;

namespace Lakehouse.Gateway.Tests.Clients;

/// <summary>The same few calls, as a program that uses NuGet's <c>OpenAI</c> writes them.</summary>
internal static class OpenAiNetCalls
{
    public static readonly ChatMessage[] Hello = [new UserChatMessage("Say hello.")];

    public static ChatClient Chat(this ClientHouse house, string model, string key = ClientHouse.Key, int? retries = null) => house.OpenAi(key, retries).GetChatClient(model);

    /// <param name="retries">Null = as many as the client makes by itself.</param>
    public static OpenAIClient OpenAi(this ClientHouse house, string key = ClientHouse.Key, int? retries = null)
    {
        var options = new OpenAIClientOptions { Endpoint = new Uri($"{house.Url}/v1") };
        if (retries is { } times)
        {
            options.RetryPolicy = new ClientRetryPolicy(times);
        }

        return new(new ApiKeyCredential(key), options);
    }

    public static ChatCompletionOptions Tools()
    {
        var options = new ChatCompletionOptions();
        foreach (var name in ClientHouse.Tools)
        {
            options.Tools.Add(ChatTool.CreateFunctionTool(name, $"Calls {name}.", BinaryData.FromString("""{"type":"object","properties":{}}""")));
        }

        return options;
    }

    public static string Text(this ChatCompletion reply) => string.Concat(reply.Content.Select(part => part.Text));

    /// <summary>Names and arguments, as the recordings' list has them.</summary>
    public static JsonArray Called(this IEnumerable<ChatToolCall> calls) =>
        [.. calls.Select(call => (JsonNode)new JsonArray(call.FunctionName, JsonNode.Parse(call.FunctionArguments.ToString())))];

    public static async Task<string> AnswerAsync(this ChatClient client, IReadOnlyList<ChatToolCall> calls)
    {
        ChatMessage[] messages = [.. Hello, new AssistantChatMessage(calls), .. calls.Select((call, index) => new ToolChatMessage(call.Id, $"result {index}"))];
        return (await client.CompleteChatAsync(messages, Tools(), TestContext.Current.CancellationToken)).Value.Text();
    }

    public static async Task<StreamedReply> StreamAsync(this ChatClient client, ChatCompletionOptions? options = null)
    {
        var (text, calls, reasons, usages) = (new StringBuilder(), new SortedDictionary<int, (string Id, string Name, StringBuilder Arguments)>(), new List<ChatFinishReason>(), new List<ChatTokenUsage>());
        await foreach (var update in client.CompleteChatStreamingAsync(Hello, options, TestContext.Current.CancellationToken))
        {
            text.Append(string.Concat(update.ContentUpdate.Select(part => part.Text)));
            foreach (var piece in update.ToolCallUpdates)
            {
                calls.TryAdd(piece.Index, (piece.ToolCallId, piece.FunctionName, new StringBuilder()));
                calls[piece.Index].Arguments.Append(piece.FunctionArgumentsUpdate);
            }

            reasons.AddRange(update.FinishReason is { } reason ? [reason] : []);
            usages.AddRange(update.Usage is { } usage ? [usage] : []);
        }

        return new(text.ToString(), [.. calls.Values.Select(call => ChatToolCall.CreateFunctionToolCall(call.Id, call.Name, BinaryData.FromString(call.Arguments.ToString())))], reasons, usages);
    }

    public static async Task<ClientResultException> FailsAsync(this ChatClient client, ChatCompletionOptions? options = null) =>
        await Assert.ThrowsAsync<ClientResultException>(() => client.CompleteChatAsync(Hello, options, TestContext.Current.CancellationToken));

    /// <summary>The field of the error object, which this client keeps as it came.</summary>
    public static string? Error(this ClientResultException problem, string field) => JsonNode.Parse(problem.GetRawResponse()!.Content.ToString())!["error"]![field]?.ToString();
}

internal sealed record StreamedReply(string Text, IReadOnlyList<ChatToolCall> Calls, IReadOnlyList<ChatFinishReason> Reasons, IReadOnlyList<ChatTokenUsage> Usages);
