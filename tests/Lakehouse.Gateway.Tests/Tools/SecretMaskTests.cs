using System.Text.Json.Nodes;
using Lakehouse.Gateway.Tools;

namespace Lakehouse.Gateway.Tests.Tools;

public sealed class SecretMaskTests
{
    [Theory]
    [InlineData("""{"password":"x"}""", """{"password":"[secret]"}""")]
    [InlineData("""{"Api-Key":["a","b"]}""", """{"Api-Key":["[secret]","[secret]"]}""")]
    [InlineData("""{"credentials":{"user":"ann","n":1}}""", """{"credentials":{"user":"[secret]","n":1}}""")]
    [InlineData("""{"access_token":"x","token":"y"}""", """{"access_token":"[secret]","token":"[secret]"}""")]
    [InlineData("""{"a":"Bearer abc.def, then"}""", """{"a":"[secret] then"}""")]
    [InlineData("""{"a":"ghp_0123456789abcdefghij"}""", """{"a":"[secret]"}""")]
    [InlineData("""{"a":"AKIAIOSFODNN7EXAMPLE"}""", """{"a":"[secret]"}""")]
    [InlineData("""{"a":"eyJhbGciOi.eyJzdWIiOi.c2ln"}""", """{"a":"[secret]"}""")]
    [InlineData("""{"a":"postgres://ann:hunter2@db/x"}""", """{"a":"postgres://ann:[secret]@db/x"}""")]
    [InlineData("""{"a":"-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END"}""", """{"a":"[secret]"}""")]
    [InlineData("""{"a":"0123456789abcdef0123456789abcdef01234567"}""", """{"a":"[secret]"}""")]
    public void Secret_is_masked(string parameters, string kept) => Assert.Equal(kept, SecretMask.Of(JsonNode.Parse(parameters))!.ToJsonString());

    [Theory]
    [InlineData("""{"max_tokens":50,"total_tokens":9,"tokenizer":"o200k"}""")]
    [InlineData("""{"session_id":"ses_0123456789abcdef0123456789abcdef"}""")]
    [InlineData("""{"query":"welders in Toledo, OH, since 2026-04-22T03:15:00Z","list":[1,null,true,"x"]}""")]
    public void Ordinary_value_is_kept(string parameters) => Assert.Equal(parameters, SecretMask.Of(JsonNode.Parse(parameters))!.ToJsonString());

    [Fact]
    public void Names_that_are_the_same_without_their_secrets_do_no_harm() =>
        Assert.Equal("""{"[secret]":2}""", SecretMask.Of(JsonNode.Parse("""{"ghp_0123456789abcdefghij":1,"ghp_0123456789abcdefghik":2}"""))!.ToJsonString());

    [Fact]
    public void Secret_at_the_place_of_the_cut_does_not_show() =>
        Assert.DoesNotContain("ghp_", SecretMask.Of(JsonValue.Create(new string(' ', 490) + "ghp_0123456789abcdefghij"))!.ToString(), StringComparison.Ordinal);

    [Fact]
    public void Long_text_is_cut() => Assert.Equal(501, SecretMask.Of(JsonValue.Create(new string('x', 5000)))!.ToString().Length);
}
