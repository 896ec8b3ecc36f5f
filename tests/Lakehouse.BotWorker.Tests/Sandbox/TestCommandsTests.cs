using Lakehouse.BotWorker.Sandbox;
using Lakehouse.Testing;

namespace Lakehouse.BotWorker.Tests.Sandbox;

public sealed class TestCommandsTests : IDisposable
{
    private static readonly (string File, string Content, string Command)[] InOrder =
    [
        ("Cargo.toml", "[package]\n", "cargo test"),
        ("bun.lock", "{}\n", "bun test"),
        ("package.json", """{"scripts": {"test": "node --test"}}""", "npm test"),
        ("App.slnx", "<Solution/>\n", "dotnet test"),
        ("Makefile", "build:\n\techo\n.PHONY: test\ntest: build\n\techo\n", "make test"),
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Each_kind_of_target_is_known_and_the_first_in_order_wins()
    {
        foreach (var (file, content, command) in InOrder.Reverse())
        {
            File.WriteAllText(_folder.In(file), content);

            Assert.Equal(command, TestCommands.Detect(_folder.Path, null)?.Display);
        }
    }

    [Theory]
    [InlineData("package.json", """{"scripts": {"build": "x"}}""")]
    [InlineData("package.json", """{"scripts": {"test": "echo \"Error: no test specified\" && exit 1"}}""")]
    [InlineData("package.json", "not json")]
    [InlineData("Makefile", "build:\n\techo test: x\ntest := 1\n")]
    [InlineData("Makefile", "# test: no\ntesting:\n")]
    [InlineData("README.md", "dotnet test\n")]
    public void Target_without_tests_has_no_command(string file, string content)
    {
        File.WriteAllText(_folder.In(file), content);

        Assert.Null(TestCommands.Detect(_folder.Path, " "));
    }

    [Theory]
    [InlineData("dotnet run --project tests", new[] { "dotnet", "run", "--project", "tests" })]
    [InlineData("  sh  -c 'echo \"a b\"; exit 1' ", new[] { "sh", "-c", "echo \"a b\"; exit 1" })]
    [InlineData("\"my program\" a\\ b \"\" \"q\\\"q\"", new[] { "my program", "a b", "", "q\"q" })]
    [InlineData("echo $HOME | cat > x", new[] { "echo", "$HOME", "|", "cat", ">", "x" })]
    public void Configured_line_wins_and_is_split_like_a_shell_does_it(string line, string[] words)
    {
        File.WriteAllText(_folder.In("Cargo.toml"), "");

        var command = TestCommands.Detect(_folder.Path, line);

        Assert.Equal(words, command!.Arguments.Prepend(command.Program));
        Assert.Equal(line.Trim(), command.Display);
    }

    [Theory]
    [InlineData("echo 'open")]
    [InlineData("'' x")]
    public void Line_that_cannot_be_split_is_refused(string line)
    {
        Assert.Contains("Bot:TestCommand", Assert.Throws<FormatException>(() => TestCommands.Detect(_folder.Path, line)).Message, StringComparison.Ordinal);
    }
}
