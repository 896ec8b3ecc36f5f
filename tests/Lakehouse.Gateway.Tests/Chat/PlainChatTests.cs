using System.Collections.Frozen;
using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using Lakehouse.Gateway.Chat;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Keys;
using Lakehouse.Gateway.Providers;
using Lakehouse.Gateway.Providers.OpenAi;
using Lakehouse.Gateway.Routing;

namespace Lakehouse.Gateway.Tests.Chat;

/// <summary>The short way of a plain chat says what the long one says, or nothing.</summary>
public sealed class PlainChatTests
{
    private static readonly ProviderConfig Vendor = new("vendor", "openai", new Uri("http://localhost"), Paid: true, null, null, FrozenDictionary<string, ModelConfig>.Empty);

    private static readonly Gen<string> Texts = One(
        "\"\"", "\"a\"", "\"user\"", "\"tool\"", "\"us\\u0065r\"", "\"two\\nlines \\\"and\\\" \\\\\"", "\"Gr\u00fc\u00dfe \u4e16\ud83d\ude00\"", "\"\\u4e16\"", "\"\\ud83d\\ude00\"", "\"\\ud800\"");

    private static readonly Gen<string> Values = Gen.OneOf(
        Texts, Texts, One("0", "1", "64", "-1", "1.0", "1e2", "0.2", "99999999999", "true", "false", "null", "[]", "[1]", "{}", "[{\"type\":\"text\",\"text\":\"a\"}]"),
        One("{\"include_usage\":true}", "{ \"include_usage\" : false }", "{\"include_usage\":true,\"include_usage\":true}", "{\"include_usage\":1}", "{\"x\":1}"));

    private static readonly Gen<string> Names = One(
        "temperature", "top_p", "n", "stop", "user", "logprobs", "reasoning_effort", "model", "stream", "stream", "stream_options", "stream_options", "max_tokens", "max_completion_tokens", "mod\\u0065l",
        "tools", "models", "service_tier", "think", "session_id", "task_class", "provider", "clamp", "profile", "unheard_of", "messages", "role", "content", "name");

    private static readonly Gen<string> Message = Gen.OneOf(
        Gen.Select(Texts, text => $$"""{"role":"user","content":{{text}}}"""), Gen.Select(Texts, Texts, (text, name) => $$"""{"content": {{text}}, "name":{{name}} ,"role":"assistant"}"""),
        Gen.Select(Names, Values, Values, (name, one, other) => $$"""{"role":{{one}},"{{name}}":{{other}},"content":"x"}"""), Values);

    private static readonly Gen<string> Bodies = Gen.Select(
        Message.List[0, 3], Gen.Select(Names, Values, (name, value) => $"\"{name}\":{value}").List[0, 4], Gen.Bool, One("", "", "", " ", "x", "}"),
        (messages, fields, first, end) => "{" + string.Join(",", [.. first ? ["\"model\": \"m\""] : fields, $"\"messages\":[{string.Join(" ,", messages)}]", .. first ? fields : ["\"model\":\"m\""]]) + "}" + end);

    [Fact]
    public void Plain_chat_is_read_and_sent_as_by_the_long_way() => Bodies.Sample(body =>
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        if (PlainChatReader.Read(bytes) is null)
        {
            return;
        }

        var plain = ChatRequest.Parse(bytes);
        var tree = ChatRequest.Parse(RequestBody.Parse(bytes, checksTexts: true));
        Assert.Equal(TokenEstimate.Input(tree.Source), TokenEstimate.Input(plain.Source));
        Assert.True(JsonNode.DeepEquals(Sent(tree), Sent(plain)), body);
        Refuse(tree.Source);
        Assert.NotNull(plain.Source.Plain);
        Assert.True(JsonNode.DeepEquals(tree.Body, plain.Body), body);
        Assert.Equal(tree with { Source = plain.Source }, plain);
    }, iter: 20_000);

    [Theory]
    [InlineData("""{"model":"m","messages":[{"role":"system","content":"Be short."},{"role":"user","content":"a\nb"}],"max_tokens":64,"temperature":0.2,"stream":false}""", true)]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"x","name":"u"}],"stream":true,"stream_options":{"include_usage":true},"user":"u","seed":1}""", true)]
    [InlineData("""{"model":"m","messages":[]}""", false)]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"x","content":"y"}]}""", false)]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"x"}],"seed":1,"seed":1}""", false)]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"x"}],"web_search_options":{}}""", false)]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"x"}],"task_class":"t"}""", false)]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"x"}]}{}""", false)]
    public void Only_what_is_certain_is_plain(string body, bool isPlain) => Assert.Equal(isPlain, PlainChatReader.Read(Encoding.UTF8.GetBytes(body)) is not null);

    [Fact]
    public void Bytes_that_are_no_text_are_not_plain() =>
        Assert.Null(PlainChatReader.Read("""{"model":"m","messages":[{"role":"user","content":"x"}]}"""u8.ToArray().Select(one => one == (byte)'x' ? (byte)0xff : one).ToArray()));

    [Fact]
    public void Whoever_looks_into_the_body_may_change_it()
    {
        var request = ChatRequest.Parse("""{"model":"m","messages":[{"role":"user","content":"x"}]}"""u8.ToArray());

        request.Body["temperature"] = 1;

        Assert.Null(request.Source.Plain);
        Assert.Equal("""{"model":"sent","messages":[{"role":"user","content":"x"}],"temperature":1,"max_tokens":50}""", Sent(request).ToJsonString());
    }

    private static Gen<string> One(params string[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    private static JsonNode Sent(ChatRequest request) =>
        JsonNode.Parse(OpenAiRequest.Build(new(Vendor, "sent", request.Source, 50, request.Stream), [], EarlierReasoning.LeaveOut))!;

    // everything is capped
    private static void Refuse(ChatBody body)
    {
        UnboundedInput.Refuse(body, new RouteTarget(Vendor, "m"), () => "the route");
        DearerPrice.Refuse(body, () => "the route");
        OtherModels.Refuse(body, KeyScopes.Ordinary with { Models = ["none"] }, Vendor);
    }
}
