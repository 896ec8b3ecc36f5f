using System.Text.RegularExpressions;
using CsCheck;
using Lakehouse.Gateway.Keys;

namespace Lakehouse.Gateway.Tests.Keys;

public sealed class ScopeTests
{
    [Theory]
    [InlineData("ollama/*", "ollama/qwen3:8b", true)]
    [InlineData("ollama/*", "ollama_cloud/qwen3:8b", false)]
    [InlineData("*/qwen3*", "openrouter/qwen/qwen3-32b", true)]
    [InlineData("*qwen3*", "openrouter/qwen/qwen3-32b", true)]
    [InlineData("claude/claude-*-4", "claude/claude-sonnet-4", true)]
    [InlineData("claude/claude-*-4", "claude/claude-4", false)]
    [InlineData("claude/x", "claude/X", false)]
    [InlineData("*", "openai/gpt-5", true)]
    public void Models_are_those_that_a_pattern_matches(string pattern, string model, bool allowed) =>
        Assert.Equal(allowed, new KeyScopes(["gemini/none", pattern], [], false).AllowsModel(model));

    [Theory]
    [InlineData(false, new string[0], "sql_query", "read", true)]
    [InlineData(false, new string[0], "sql_query", "write", true)]
    [InlineData(false, new string[0], "reindex", "admin", false)]
    [InlineData(true, new string[0], "reindex", "admin", true)]
    [InlineData(false, new[] { "reindex" }, "reindex", "admin", false)]
    [InlineData(true, new[] { "sql_*" }, "reindex", "admin", false)]
    [InlineData(false, new[] { "sql_*" }, "sql_query", "read", true)]
    [InlineData(false, new[] { "sql_*" }, "playbook_read", "read", false)]
    public void Tools_need_a_pattern_and_admin_tools_the_scope_besides(bool admin, string[] patterns, string tool, string permission, bool allowed) =>
        Assert.Equal(allowed, new KeyScopes([], patterns, admin).AllowsTool(tool, permission));

    [Fact]
    public void Pattern_matches_as_a_regular_expression_with_dot_star_does()
    {
        var text = Gen.Char["ab*/"].Array[0, 9].Select(letters => new string(letters));
        Gen.Select(text, text).Sample(
            (pattern, candidate) => ScopePattern.Matches(pattern, candidate) == Regex.IsMatch(candidate, $@"\A{Regex.Escape(pattern).Replace(@"\*", ".*", StringComparison.Ordinal)}\z"),
            iter: 20_000);
    }

    [Fact]
    public void Key_has_its_form_and_anything_else_has_not()
    {
        var key = KeyText.New("a-b_c");

        Assert.Matches(@"\Alh_a-b_c_[A-Za-z0-9_-]{43}\z", key);
        Assert.True(KeyText.HasForm(key));
        Assert.Equal(key[9..17], KeyText.HintOf(key));
        Assert.NotEqual(key, KeyText.New("a-b_c"));
        var zeros = new string('A', 43);
        Assert.True(KeyText.HasForm($"lh_c_{zeros}"));
        Assert.All([$"h_c_{zeros}", $"lh_c_{zeros[1..]}", $"lh_c_{zeros}A", $"lh_c_{zeros[1..]}+", $"lh_{new string('c', 65)}_{zeros}", $"lh__{zeros}", "", "lh_"], text => Assert.False(KeyText.HasForm(text), text));
    }

    [Fact]
    public void Hash_is_sha256_and_survives_its_bytes()
    {
        // FIPS 180-2, appendix B.1
        var hash = KeyHash.Of("abc");

        Assert.Equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", Convert.ToHexStringLower(hash.ToBytes()));
        Assert.Equal(hash, KeyHash.From(hash.ToBytes()));
        Assert.Equal(KeyHash.Of(new string('x', 5_000)), KeyHash.Of(new string('x', 5_000)));
    }

    [Fact]
    public void Unknown_keys_are_remembered_within_bounds()
    {
        var unknown = new UnknownKeys(generation: 3);
        for (var key = 0UL; key < 10; key++)
        {
            unknown.Add(new(key, 0, 0, 0));
        }

        Assert.Equal(4, unknown.Count);
        Assert.True(unknown.Contains(new(9, 0, 0, 0)));
        Assert.True(unknown.Contains(new(6, 0, 0, 0)));
        Assert.False(unknown.Contains(new(5, 0, 0, 0)));
    }
}
