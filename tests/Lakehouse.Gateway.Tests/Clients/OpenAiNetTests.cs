using System.Text.Json.Nodes;
using OpenAI.Chat;

namespace Lakehouse.Gateway.Tests.Clients;

/// <summary>NuGet's <c>OpenAI</c>, unchanged: what it says and what it is told.</summary>
[Collection<SharedClientHouse>]
public sealed class OpenAiNetTests(ClientHouse house)
{
    public static TheoryData<string> Vendors => ClientHouse.Vendors;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Vendors))]
    public async Task Chat_is_answered_with_its_usage(string vendor)
    {
        ChatCompletion reply = await house.Chat($"{vendor}/text").CompleteChatAsync(OpenAiNetCalls.Hello);

        Assert.Equal((ClientHouse.Says(vendor)["text"]!.ToString(), ChatFinishReason.Stop, ChatMessageRole.Assistant), (reply.Text(), reply.FinishReason, reply.Role));
        Assert.Equal(Used(vendor, "used"), (int[])[reply.Usage.InputTokenCount, reply.Usage.OutputTokenCount]);
    }

    [Theory]
    [MemberData(nameof(Vendors))]
    public async Task Stream_is_whole_and_has_its_usage(string vendor)
    {
        var reply = await house.Chat($"{vendor}/text").StreamAsync();

        // the recording of Claude ends at its limit
        Assert.Equal((ClientHouse.Says(vendor)["streamed"]!.ToString(), vendor == "claude" ? ChatFinishReason.Length : ChatFinishReason.Stop), (reply.Text, Assert.Single(reply.Reasons)));
        var usage = Assert.Single(reply.Usages);
        Assert.Equal(Used(vendor, "streamUsed"), (int[])[usage.InputTokenCount, usage.OutputTokenCount]);
    }

    [Theory]
    [MemberData(nameof(Vendors))]
    public async Task Tools_are_called_and_their_results_taken(string vendor)
    {
        foreach (var kind in new[] { "tool", "tools" })
        {
            var client = house.Chat($"{vendor}/{kind}");
            ChatCompletion reply = await client.CompleteChatAsync(OpenAiNetCalls.Hello, OpenAiNetCalls.Tools(), Cancelled);

            Assert.Equal(ChatFinishReason.ToolCalls, reply.FinishReason);
            Same(vendor, kind, reply.ToolCalls);
            Assert.Equal(ClientHouse.Says(vendor)["text"]!.ToString(), await client.AnswerAsync(reply.ToolCalls));
        }

        Reached.Results(house, vendor);
    }

    [Theory]
    [MemberData(nameof(Vendors))]
    public async Task Tools_are_called_in_a_stream(string vendor)
    {
        var client = house.Chat($"{vendor}/tools");
        var reply = await client.StreamAsync(OpenAiNetCalls.Tools());

        Assert.Equal(ChatFinishReason.ToolCalls, Assert.Single(reply.Reasons));
        Same(vendor, "streamedTools", reply.Calls);
        Assert.Equal(ClientHouse.Says(vendor)["text"]!.ToString(), await client.AnswerAsync(reply.Calls));
    }

    [Theory]
    [MemberData(nameof(Vendors))]
    public async Task Image_reaches_the_vendor_in_its_own_words(string vendor)
    {
        var image = ChatMessageContentPart.CreateImagePart(BinaryData.FromBytes(Convert.FromBase64String(ClientHouse.Picture)), "image/png");

        ChatCompletion reply = await house.Chat($"{vendor}/image").CompleteChatAsync([new UserChatMessage(ChatMessageContentPart.CreateTextPart("What is this?"), image)], cancellationToken: Cancelled);

        Assert.Equal(ClientHouse.Says(vendor)["text"]!.ToString(), reply.Text());
        Reached.Image(house, vendor);
    }

    [Theory]
    [MemberData(nameof(Vendors))]
    public async Task Schema_reaches_the_vendor_in_its_own_words(string vendor)
    {
        var format = ChatResponseFormat.CreateJsonSchemaFormat("answer", BinaryData.FromString(Reached.SchemaText), jsonSchemaIsStrict: true);

        ChatCompletion reply = await house.Chat($"{vendor}/json").CompleteChatAsync(OpenAiNetCalls.Hello, new() { ResponseFormat = format }, Cancelled);

        Assert.Equal(42, JsonNode.Parse(reply.Text())!["answer"]!.GetValue<int>());
        Reached.Schema(house, vendor);
    }

    // the client has no word for what a model thought; asking for it must do no harm
    [Theory]
    [MemberData(nameof(Vendors))]
    public async Task Thinking_is_asked_for_and_leaves_the_answer_alone(string vendor)
    {
#pragma warning disable OPENAI001 // the client calls the level experimental
        ChatCompletion reply = await house.Chat($"{vendor}/thinking").CompleteChatAsync(OpenAiNetCalls.Hello, new() { ReasoningEffortLevel = ChatReasoningEffortLevel.Low, MaxOutputTokenCount = 2000 }, Cancelled);
#pragma warning restore OPENAI001

        Assert.Equal(ClientHouse.Says(vendor)["answer"]!.ToString(), reply.Text());
    }

    [Fact]
    public async Task Models_are_listed_and_found()
    {
        var client = house.OpenAi().GetOpenAIModelClient();

        var ids = (await client.GetModelsAsync(Cancelled)).Value.Select(model => model.Id).ToList();

        foreach (var id in new[] { "openai/gpt-4.1", "openai/Qwen/Qwen3-8B", "ollama/qwen3:8b", "claude/claude-haiku-4-5-20251001", "gemini/gemini-2.5-flash" })
        {
            Assert.Contains(id, ids);
            Assert.Equal(id, (await client.GetModelAsync(id, Cancelled)).Value.Id);
        }
    }

    // the client asks for base64
    [Theory]
    [InlineData("openai", 0.0023064255f, -0.009327292f, 0.25f, -0.5f)]
    [InlineData("ollama", 0.0101f, -0.0017f, -0.0098f, 0.06f)]
    [InlineData("gemini", 0.25f, -1f, 3.5e-2f, 1f, 0f, 0.5f)]
    public async Task Embeddings_are_the_same_numbers(string vendor, params float[] numbers)
    {
        var reply = (await house.OpenAi().GetEmbeddingClient($"{vendor}/embed").GenerateEmbeddingsAsync(["one", "two"], cancellationToken: Cancelled)).Value;

        Assert.Equal(numbers, reply.SelectMany(one => one.ToFloats().ToArray()));
        Assert.Equal(vendor == "gemini" ? 6 : 8, reply.Usage.InputTokenCount);
    }

    private static int[] Used(string vendor, string field) => [.. ClientHouse.Says(vendor)[field]!.AsArray().Select(number => number!.GetValue<int>())];

    private static void Same(string vendor, string field, IReadOnlyList<ChatToolCall> calls)
    {
        Assert.True(JsonNode.DeepEquals(ClientHouse.Says(vendor)[field], calls.Called()), calls.Called().ToJsonString());
        Assert.Equal(calls.Count, calls.Select(call => call.Id).Distinct().Count());
    }
}
