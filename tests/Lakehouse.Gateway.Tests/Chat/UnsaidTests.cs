using System.Text.Json.Nodes;
using Lakehouse.Gateway.Chat;

namespace Lakehouse.Gateway.Tests.Chat;

public sealed class UnsaidTests
{
    [Theory]
    [InlineData("The prompt 'my name is Erika Mustermann' is too odd.", "The prompt '[prompt]' is too odd.")]
    [InlineData("The prompt 'My Name Is ERIKA Mustermann' is too odd.", "The prompt '[prompt]' is too odd.")]
    [InlineData("m is refused: {\"content\":\"grüße aus köln am rhein\"}", "m is refused: {\"content\":\"[prompt]\"}")]
    [InlineData("m is refused: {\"content\":\"gr\\u00fc\\u00dfe aus k\\u00f6ln am rhein\"}", "m is refused: {\"content\":\"[prompt]\"}")]
    [InlineData("my name is Erika Mustermann", "[prompt]")]
    [InlineData("Gemini answered 400: the name of the model is not known.", "Gemini answered 400: the name of the model is not known.")]
    [InlineData("gpt-oss:120b-cloud is not known", "gpt-oss:120b-cloud is not known")]
    [InlineData("short", "short")]
    [InlineData("", "")]
    public void What_the_caller_wrote_is_taken_out(string message, string kept)
    {
        var body = JsonNode.Parse("""
            {
              "model": "gpt-oss:120b-cloud", "max_tokens": 5,
              "messages": [{ "role": "system", "content": "grüße aus köln am rhein" }, { "role": "user", "content": [{ "type": "text", "text": "my name is Erika Mustermann" }] }]
            }
            """)!.AsObject();

        Assert.Equal(kept, Unsaid.In(message, body));
    }
}
