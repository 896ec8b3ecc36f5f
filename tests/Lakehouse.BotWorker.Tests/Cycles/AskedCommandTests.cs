using Lakehouse.BotWorker.Cycles.PullRequests;

namespace Lakehouse.BotWorker.Tests.Cycles;

public sealed class AskedCommandTests
{
    [Theory]
    [InlineData("/redo", "Redo", "")]
    [InlineData("  /redo\tuse a table  ", "Redo", "use a table")]
    [InlineData("Nearly.\r\n/redo with a test\r\nand a comment\r\n", "Redo", "Nearly.\nwith a test\nand a comment")]
    [InlineData("/stop", "Stop", "")]
    [InlineData("/ignore\nwe do not want this", "Ignore", "we do not want this")]
    [InlineData("/ignore\nno, rather\n/redo", "Redo", "no, rather")]
    [InlineData("```\ncode\n```\n/redo", "Redo", "```\ncode\n```")]
    public void First_word_of_a_line_is_a_command_and_the_rest_a_hint(string body, string command, string hint)
    {
        var asked = AskedCommand.Of("alice", body, DateTimeOffset.UnixEpoch);

        Assert.Equal((command, hint), (asked!.Command.ToString(), asked.Hint));
    }

    [Theory]
    [InlineData("")]
    [InlineData("redo")]
    [InlineData("please /redo")]
    [InlineData("> /redo")]
    [InlineData("/redoing")]
    [InlineData("/REDO")]
    [InlineData("/redo.")]
    [InlineData("`/redo`")]
    [InlineData("```\n/redo\n```")]
    [InlineData("    /redo")]
    [InlineData("\t/redo")]
    [InlineData("- /redo")]
    [InlineData("/merge")]
    public void Anything_else_is_talk(string body) => Assert.Null(AskedCommand.Of("alice", body, DateTimeOffset.UnixEpoch));

    [Fact]
    public void Hint_is_cut() => Assert.Equal(2_001, AskedCommand.Of("alice", "/redo " + new string('x', 5_000), DateTimeOffset.UnixEpoch)!.Hint.Length);
}
