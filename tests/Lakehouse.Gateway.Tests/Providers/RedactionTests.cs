using Lakehouse.Gateway.Providers;

namespace Lakehouse.Gateway.Tests.Providers;

public sealed class RedactionTests
{
    private const string Key = "zq7x+4c1/d8e2f5a9b306";

    [Theory]
    [InlineData("API key is missing")]
    [InlineData("The API key provided was revoked by its owner.")]
    [InlineData("API key authentication failed: required permissions are not there")]
    [InlineData("api_key: required")]
    [InlineData("Bearer authentication needs a token")]
    [InlineData("The API key \"production\" may not use models/gemini")]
    public void Words_about_keys_stay(string text) => Assert.Equal(text, Redaction.Clean(text, Key));

    [Theory]
    [InlineData("API key: 0123456789abcdef", "API key: [key]")]
    [InlineData("API key AIzaSyAb12Cd34Ef56Gh78Ij90 is not valid", "API key [key] is not valid")]
    [InlineData("https://vendor.example/?api_key=abcdefghij&x=1", "https://vendor.example/?api_key=[key]&x=1")]
    [InlineData("Bearer abcdefghijklmnopqrstuvwxyzABCD was refused", "Bearer [key] was refused")]
    [InlineData("Bearer ab+c/d1e2f== was refused", "Bearer [key]== was refused")]
    [InlineData("sk-proj-Ab12Cd34Ef56 is unknown", "sk-[key] is unknown")]
    public void Keys_that_are_not_ours_go(string text, string clean) => Assert.Equal(clean, Redaction.Clean(text, null));

    [Theory]
    [InlineData("I got zq7x+4c1/d8e2f5a9b306.", "I got [key].")]
    [InlineData("I got zq7x\\u002B4c1/d8e2f5a9b306.", "I got [key].")]
    [InlineData("I got zq7x\\u002b4c1/d8e2f5a9b306.", "I got [key].")]
    [InlineData("I got zq7x+4c1\\/d8e2f5a9b306.", "I got [key].")]
    [InlineData("I got zq7x%2B4c1%2Fd8e2f5a9b306.", "I got [key].")]
    [InlineData("I got zq7x%2b4c1%2fd8e2f5a9b306.", "I got [key].")]
    [InlineData("I got enE3eCs0YzEvZDhlMmY1YTliMzA2.", "I got [key].")]
    [InlineData("I got zq7x+4c1/d8e... and zq7x+4c1/d8e2f5a9b306zq7x+4c1/", "I got [key]... and [key][key]")]
    public void Our_key_goes_in_every_spelling_and_as_its_beginning(string text, string clean) => Assert.Equal(clean, Redaction.Clean(text, Key));

    [Fact]
    public void Cut_does_not_go_through_a_key()
    {
        for (var before = 470; before <= 500; before++)
        {
            var clean = Redaction.Clean(new string('-', before) + Key + new string('-', 9_000) + Key, Key);

            Assert.DoesNotContain("zq7x", clean, StringComparison.Ordinal);
            Assert.Equal(501, clean.Length);
        }
    }
}
