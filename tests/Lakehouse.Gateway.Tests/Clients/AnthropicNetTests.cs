using System.Text.Json;
using System.Text.Json.Nodes;
using Anthropic;
using Anthropic.Models.Messages;
using Anthropic.Models.Models;

namespace Lakehouse.Gateway.Tests.Clients;

/// <summary>NuGet's <c>Anthropic</c>, unchanged: what it says and what it is told.</summary>
[Collection<SharedClientHouse>]
public sealed class AnthropicNetTests(ClientHouse house)
{
    public static TheoryData<string> Vendors => ClientHouse.Vendors;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Vendors))]
    public async Task Chat_is_answered_with_its_usage(string vendor)
    {
        using var client = house.Anthropic();

        var reply = await client.Messages.Create(AnthropicNetCalls.Ask($"{vendor}/text") with { System = "Be short." }, Cancelled);

        Assert.Equal((Says(vendor, "text"), StopReason.EndTurn), (reply.Text(), reply.StopReason!.Value()));
        Assert.Equal(Used(vendor, "used"), reply.Used());
    }

    [Theory]
    [MemberData(nameof(Vendors))]
    public async Task Stream_is_whole_and_has_its_usage(string vendor)
    {
        using var client = house.Anthropic();

        var reply = await client.Messages.CreateStreaming(AnthropicNetCalls.Ask($"{vendor}/text"), Cancelled).Aggregate();

        // the recording of Claude ends at its limit
        Assert.Equal((Says(vendor, "streamed"), vendor == "claude" ? StopReason.MaxTokens : StopReason.EndTurn), (reply.Text(), reply.StopReason!.Value()));
        Assert.Equal(Used(vendor, "streamUsed"), reply.Used());
    }

    [Theory]
    [MemberData(nameof(Vendors))]
    public async Task Tools_are_called_and_their_results_taken(string vendor)
    {
        // the recordings of Claude are older than a field of its calls
        using var client = house.Anthropic(strict: vendor != "claude");
        foreach (var kind in new[] { "tool", "tools" })
        {
            var reply = await client.Messages.Create(AnthropicNetCalls.Ask($"{vendor}/{kind}") with { Tools = AnthropicNetCalls.Tools() }, Cancelled);

            await AnsweredAsync(client, vendor, kind, kind, reply);
        }

        Reached.Results(house, vendor);
    }

    [Theory]
    [MemberData(nameof(Vendors))]
    public async Task Tools_are_called_in_a_stream(string vendor)
    {
        // the recordings of Claude are older than a field of its calls
        using var client = house.Anthropic(strict: vendor != "claude");

        var reply = await client.Messages.CreateStreaming(AnthropicNetCalls.Ask($"{vendor}/tools") with { Tools = AnthropicNetCalls.Tools() }, Cancelled).Aggregate();

        await AnsweredAsync(client, vendor, "tools", "streamedTools", reply);
    }

    [Theory]
    [MemberData(nameof(Vendors))]
    public async Task Image_reaches_the_vendor_in_its_own_words(string vendor)
    {
        using var client = house.Anthropic();
        var image = new ImageBlockParam(new Base64ImageSource { Data = ClientHouse.Picture, MediaType = MediaType.ImagePng });
        var asked = new UserMessageParam(new MessageContentParam([new TextBlockParam("What is this?"), image]));

        var reply = await client.Messages.Create(AnthropicNetCalls.Ask($"{vendor}/image", asked), Cancelled);

        Assert.Equal(Says(vendor, "text"), reply.Text());
        Reached.Image(house, vendor);
    }

    [Theory]
    [MemberData(nameof(Vendors))]
    public async Task Schema_reaches_the_vendor_in_its_own_words(string vendor)
    {
        using var client = house.Anthropic();
        var format = new JsonOutputFormat { Schema = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(Reached.SchemaText)! };

        var reply = await client.Messages.Create(AnthropicNetCalls.Ask($"{vendor}/json") with { OutputConfig = new OutputConfig { Format = format } }, Cancelled);

        Assert.Equal(42, JsonNode.Parse(reply.Text())!["answer"]!.GetValue<int>());
        Reached.Schema(house, vendor);
    }

    [Theory]
    [MemberData(nameof(Vendors))]
    public async Task Thinking_comes_and_goes_back_with_the_next_turn(string vendor)
    {
        using var client = house.Anthropic();
        var thinking = new ThinkingConfigEnabled(1024);

        var reply = await client.Messages.Create(AnthropicNetCalls.Ask($"{vendor}/thinking") with { Thinking = thinking }, Cancelled);
        var more = await client.Messages.Create(AnthropicNetCalls.Ask($"{vendor}/thinking", AnthropicNetCalls.Hello, reply.Again(), new UserMessageParam("Go on.")) with { Thinking = thinking }, Cancelled);
        var streamed = await client.Messages.CreateStreaming(AnthropicNetCalls.Ask($"{vendor}/thinking") with { Thinking = thinking }, Cancelled).Aggregate();

        Assert.Equal((Says(vendor, "answer"), Says(vendor, "thought")), (reply.Text(), reply.Thought()));
        Assert.Equal(Says(vendor, "answer"), more.Text());
        Assert.Equal((Says(vendor, "streamedAnswer"), Says(vendor, "streamedThought")), (streamed.Text(), streamed.Thought()));
    }

    [Fact]
    public async Task Token_in_the_other_header_is_a_key_too()
    {
        using var client = new AnthropicClient { BaseUrl = house.Url, ApiKey = null, AuthToken = ClientHouse.Key };

        Assert.Equal(Says("claude", "text"), (await client.Messages.Create(AnthropicNetCalls.Ask("claude/text"), Cancelled)).Text());
    }

    [Fact]
    public async Task Models_are_listed_and_found()
    {
        using var client = house.Anthropic();

        var page = await client.Models.List(cancellationToken: Cancelled);

        Assert.False(page.HasNext());
        foreach (var id in new[] { "openai/gpt-4.1", "openai/Qwen/Qwen3-8B", "ollama/qwen3:8b", "claude/claude-haiku-4-5-20251001", "gemini/gemini-2.5-flash" })
        {
            Assert.Contains(id, page.Items.Select(model => model.ID));
            var model = await client.Models.Retrieve(id, cancellationToken: Cancelled);
            Assert.Equal((id, ModelInfoLifecycle.Active), (model.ID, model.Lifecycle.Value()));
        }
    }

    [Theory]
    [MemberData(nameof(Vendors))]
    public async Task Tokens_are_counted(string vendor)
    {
        using var client = house.Anthropic();

        var few = await client.Messages.CountTokens(new() { Model = $"{vendor}/text", Messages = [AnthropicNetCalls.Hello] }, Cancelled);
        var more = await client.Messages.CountTokens(new() { Model = $"{vendor}/text", Messages = [AnthropicNetCalls.Hello], System = "Be short, and do not think about it for long." }, Cancelled);

        Assert.InRange(few.InputTokens, 1, more.InputTokens - 1);
    }

    private static async Task AnsweredAsync(AnthropicClient client, string vendor, string model, string field, Message reply)
    {
        Assert.Equal(StopReason.ToolUse, reply.StopReason!.Value());
        Assert.True(JsonNode.DeepEquals(ClientHouse.Says(vendor)[field], reply.Called()), reply.Called().ToJsonString());
        Assert.Equal(reply.Calls().Count, reply.Calls().Select(call => call.ID).Distinct().Count());
        var answer = await client.Messages.Create(AnthropicNetCalls.Ask($"{vendor}/{model}", AnthropicNetCalls.Hello, reply.Again(), reply.Results()) with { Tools = AnthropicNetCalls.Tools() }, Cancelled);
        Assert.Equal(Says(vendor, "text"), answer.Text());
    }

    private static string Says(string vendor, string field) => ClientHouse.Says(vendor)[field]!.ToString();

    private static int[] Used(string vendor, string field) => [.. ClientHouse.Says(vendor)[field]!.AsArray().Select(number => number!.GetValue<int>())];
}
