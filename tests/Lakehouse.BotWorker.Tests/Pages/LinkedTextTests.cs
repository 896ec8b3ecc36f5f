using Lakehouse.BotWorker.Pages;

namespace Lakehouse.BotWorker.Tests.Pages;

public sealed class LinkedTextTests
{
    private const string Pull = "http://localhost:3300/pulls/1";

    [Theory]
    [InlineData("Cycle 20260422T031500Z-abc123 is on it.", "Cycle <a href=\"/hangfire/bot/cycles/20260422T031500Z-abc123\">20260422T031500Z-abc123</a> is on it.")]
    [InlineData($"Open: {Pull}. Write /redo.", $"Open: <a href=\"{Pull}\" rel=\"noreferrer\">{Pull}</a>. Write /redo.")]
    [InlineData("It says http://elsewhere.example/<b>, twice", "It says http://elsewhere.example/&lt;b&gt;, twice")]
    [InlineData($"{Pull}2 {Pull}", $"{Pull}2 <a href=\"{Pull}\" rel=\"noreferrer\">{Pull}</a>")]
    [InlineData(null, "")]
    public void Cycles_and_known_pull_requests_are_links_and_nothing_else_is(string? text, string html) =>
        Assert.Equal(html, new Html().Linked(text, [Pull]).ToString());

    [Theory]
    [InlineData("- [ ] Quarter hours [bot-eligible]", "Quarter hours [bot-eligible]")]
    [InlineData("* Quarter hours", "Quarter hours")]
    [InlineData("Quarter - hours", "Quarter - hours")]
    public void Line_is_shown_without_its_lists_mark(string line, string shown) => Assert.Equal(shown, LinkedText.Line(line));
}
