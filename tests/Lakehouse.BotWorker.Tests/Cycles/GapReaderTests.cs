using System.Security.Cryptography;
using System.Text;
using Lakehouse.BotWorker.Cycles;

namespace Lakehouse.BotWorker.Tests.Cycles;

public sealed class GapReaderTests
{
    [Fact]
    public void Tagged_line_becomes_a_gap_with_the_next_five_lines()
    {
        var gap = Assert.Single(GapReader.Read("# PRD\n\n  - [ ] Say hello [bot-eligible]  \n1\n2\n3\n4\n5\n6\n"));

        Assert.Equal("- [ ] Say hello [bot-eligible]", gap.Line);
        Assert.Equal(3, gap.LineNumber);
        Assert.Equal("  - [ ] Say hello [bot-eligible]  \n1\n2\n3\n4\n5", gap.Context);
    }

    [Fact]
    public void Id_is_the_start_of_the_hash_of_the_trimmed_line()
    {
        var expected = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("- Grüße [bot-eligible]")))[..12];

        Assert.Equal(expected, Assert.Single(GapReader.Read("\t- Grüße [bot-eligible] \n")).Id);
        // printf '%s' '- [ ] Say hello [bot-eligible]' | sha256sum
        Assert.Equal("c4f116bd9af8", GapReader.IdOf("- [ ] Say hello [bot-eligible]"));
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public void Line_ending_does_not_change_a_gap(string ending)
    {
        var gaps = GapReader.Read(string.Join(ending, "\uFEFF- a [bot-eligible]", "b", "- c [bot-eligible]", ""));

        Assert.Equal(["- a [bot-eligible]", "- c [bot-eligible]"], gaps.Select(gap => gap.Line));
        Assert.Equal("- a [bot-eligible]\nb\n- c [bot-eligible]", gaps[0].Context);
        Assert.Equal(GapReader.IdOf("- a [bot-eligible]"), gaps[0].Id);
    }

    [Fact]
    public void Of_equal_lines_the_first_counts()
    {
        var gap = Assert.Single(GapReader.Read("- a [bot-eligible]\nfirst\n\n\n\n\n\n  - a [bot-eligible]\nsecond\n"));

        Assert.Equal(1, gap.LineNumber);
        Assert.Contains("first", gap.Context, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("# PRD\n- [ ] not tagged\n- [Bot-Eligible] in another case\n- bot-eligible\n")]
    public void Without_the_tag_there_is_no_gap(string prd)
    {
        Assert.Empty(GapReader.Read(prd));
    }
}
