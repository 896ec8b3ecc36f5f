using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using Lakehouse.Gateway.Providers.OpenAi;

namespace Lakehouse.Gateway.Tests.Providers.OpenAi;

/// <summary>The short cut says what the parser says, or nothing.</summary>
public sealed class TextTemplateTests
{
    private static readonly string[] Nasty = ["", " ", "a", "\"", "\\", "\n", "\u0001", "},{", "\"content\":\"x\"", "\u00e9", "\ud83d\ude00", "\",\"finish_reason\":\"stop"];

    private static readonly Gen<string> Texts = Gen.OneOf(
        Gen.Int[0, Nasty.Length - 1].Select(index => Nasty[index]),
        Gen.String[Gen.Char["ab \"\\{}:,\n\u00e9"], 0, 12]);

    [Fact]
    public void Chunk_that_is_read_without_the_parser_is_read_as_by_it() => Gen.Select(Texts, Texts, Gen.Int[0, 5]).Sample((first, second, change) =>
    {
        if (TextTemplate.Of(Bytes(Chunk(first, 0)), first) is not { } template)
        {
            return;
        }

        var data = Chunk(second, change);
        if (template.Text(Bytes(data)) is { } text)
        {
            Assert.Equal(0, change);
            Assert.Equal(JsonNode.Parse(data)!["choices"]![0]!["delta"]!["content"]!.ToString(), text);
        }
    });

    [Theory]
    [InlineData("""{"choices":[{"delta":{"content": "Hel"},"index":0}],"id":"c"}""", """{"choices":[{"delta":{"content": "lo \u00e9"},"index":0}],"id":"c"}""", null)]
    [InlineData("""{"choices":[{"delta":{"content":"Hel"},"index":0}]}""", """{"choices":[{"delta":{"content":"lo"},"index":0}]}""", "lo")]
    [InlineData("""{"choices":[{"delta":{"content":"Hel"},"index":0}]}""", """{"choices":[{"delta":{"content":""},"index":0}]}""", null)]
    [InlineData("""{"choices":[{"delta":{"content":"Hel"},"index":0}]}""", """{"choices":[{"delta":{"content":"lo"},"index":1}]}""", null)]
    [InlineData("""{"x":{"content":"Hel"},"choices":[{"delta":{"content":"Hel"}}]}""", """{"x":{"content":"lo"},"choices":[{"delta":{"content":"Hel"}}]}""", null)]
    public void Only_what_is_certain_takes_the_short_cut(string first, string second, string? text) =>
        Assert.Equal(text, TextTemplate.Of(Bytes(first), "Hel")?.Text(Bytes(second)));

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    // another finish reason, a usage, a role, another index, another id
    private static string Chunk(string text, int change) => new JsonObject
    {
        ["id"] = change == 5 ? "other" : "c",
        ["choices"] = new JsonArray(new JsonObject
        {
            ["index"] = change == 4 ? 1 : 0,
            ["delta"] = change == 3 ? new JsonObject { ["role"] = "assistant", ["content"] = text } : new JsonObject { ["content"] = text },
            ["finish_reason"] = change == 1 ? "stop" : null,
        }),
        ["usage"] = change == 2 ? new JsonObject { ["prompt_tokens"] = 1 } : null,
    }.ToJsonString();
}
