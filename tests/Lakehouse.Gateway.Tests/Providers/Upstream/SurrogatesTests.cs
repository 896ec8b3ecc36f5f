using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using Lakehouse.Gateway.Providers.Upstream;

namespace Lakehouse.Gateway.Tests.Providers.Upstream;

public sealed class SurrogatesTests
{
    private static readonly string[] Pieces = ["a", "é", "😀", "\\\\", "\\n", "\\\"", "\\u00e9", "\\ud83d", "\\uDE00", "\\ud83d\\ude00", "\\\\ud83d", "ud83d"];

    [Fact]
    public void Text_is_whole_where_it_can_be_read() => Any.Of(Pieces).Array[0, 6].Select(pieces => string.Concat(pieces)).Sample(text =>
    {
        var json = $$"""{"text":"{{text}}"}""";

        Assert.Equal(IsReadable(json), Surrogates.AreWhole(Encoding.UTF8.GetBytes(json)));
    }, iter: 20_000);

    private static bool IsReadable(string json)
    {
        try
        {
            return JsonNode.Parse(json)!["text"]!.GetValue<string>() is not null;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
