using Lakehouse.BotWorker.Cycles;

namespace Lakehouse.BotWorker.Tests.Cycles;

public sealed class ProposalParserTests
{
    private const string Bare = """{"summary": "Say hello", "files": [{"path": "a.cs", "content": "class A { string s = \"}{\"; }\n", "is_new": true}]}""";

    [Theory]
    [InlineData(Bare)]
    [InlineData("```json\n" + Bare + "\n```")]
    [InlineData("```\n" + Bare + "\n```\nThat should do it {hopefully}.")]
    [InlineData("Sure! I use {braces} and \"quotes, so:\n\n" + Bare + "\n\nAnything else?")]
    [InlineData("{\"thought\": \"first I think\"}\n" + Bare)]
    [InlineData("\uFEFF  " + Bare + " trailing }")]
    public void Proposal_is_found_bare_fenced_and_in_prose(string answer)
    {
        var files = Assert.IsType<ProposalAnswer.Files>(ProposalParser.Parse(answer));

        Assert.Equal("Say hello", files.Proposal.Summary);
        Assert.Equal(new ProposedFile("a.cs", "class A { string s = \"}{\"; }\n", true), Assert.Single(files.Proposal.Files));
    }

    [Fact]
    public void Content_keeps_every_character()
    {
        var answer = """{"summary":"x","files":[{"path":"ü.md","content":"Grüße \ud83d\ude42\r\n\t\\\"","is_new":false}],"note":"ignored"}""";

        var files = Assert.IsType<ProposalAnswer.Files>(ProposalParser.Parse(answer));

        Assert.Equal(new ProposedFile("ü.md", "Grüße 🙂\r\n\t\\\"", false), Assert.Single(files.Proposal.Files));
    }

    [Fact]
    public void Nothing_to_do_and_cannot_are_answers()
    {
        Assert.Equal(new ProposalAnswer.NothingToDo("it is there"), ProposalParser.Parse("""Look: {"nothing_to_do": "it is there"}"""));
        Assert.Equal(new ProposalAnswer.Cannot("needs a lock file"), ProposalParser.Parse("""{"cannot": "needs a lock file"}"""));
    }

    [Theory]
    [InlineData("""{"nothing-to-do": "done"}""", "nothing: done")]
    [InlineData("""{"nothingToDo": {"reason": "done"}}""", "nothing: done")]
    [InlineData("""{"NoOp": true, "reason": "done"}""", "nothing: done")]
    [InlineData("""{"summary": "done", "nothing_to_do": true, "files": []}""", "nothing: done")]
    [InlineData("""{"status": "nothing to do", "because": "done"}""", "nothing: done")]
    [InlineData("""{"answer": "no changes needed"}""", "nothing: no changes needed")]
    [InlineData("""{"files": [], "cannot": null, "nothing_to_do": "done"}""", "nothing: done")]
    [InlineData("Nothing to do: the line is met already.", "nothing: Nothing to do: the line is met already.")]
    [InlineData("**No changes are needed**, it is there.", "nothing: No changes are needed**, it is there.")]
    [InlineData("""{"Cannot": "locked"}""", "cannot: locked")]
    [InlineData("""{"can't": {"because": "locked"}}""", "cannot: locked")]
    [InlineData("""{"missing_data": "which rate"}""", "cannot: which rate")]
    [InlineData("""{"outcome": "blocked", "explanation": "locked"}""", "cannot: locked")]
    [InlineData("Cannot, because it needs a lock file.", "cannot: Cannot, because it needs a lock file.")]
    [InlineData("I can’t do this under these rules.", "cannot: I can’t do this under these rules.")]
    public void Both_answers_without_files_are_understood_however_they_are_spelled(string answer, string meant)
    {
        Assert.Equal(meant, ProposalParser.Parse(answer) switch { ProposalAnswer.NothingToDo nothing => $"nothing: {nothing.Reason}", ProposalAnswer.Cannot cannot => $"cannot: {cannot.Reason}", _ => "files" });
    }

    [Fact]
    public void Empty_answers_beside_files_are_a_form_that_was_filled_in()
    {
        Assert.IsType<ProposalAnswer.Files>(ProposalParser.Parse(Bare[..^1] + """, "nothing_to_do": "", "cannot": null}"""));
    }

    [Theory]
    [InlineData("The model cannot do nothing to do.", "no JSON object")]
    [InlineData("", "no JSON object")]
    [InlineData("I am sorry.", "no JSON object")]
    [InlineData("""{"summary": "x", "files": [{"path": "a""", "cut off")]
    [InlineData("""{"summary": 'x'}""", "not valid")]
    [InlineData("""{"summary": "x"}""", "none of")]
    [InlineData("""{"summary": "x", "files": []}""", "'files' is empty")]
    [InlineData("""{"summary": "x", "files": {}}""", "'files' must be an array, not object")]
    [InlineData("""{"summary": "x", "files": ["a"]}""", "'files[0]' must be an object, not string")]
    [InlineData("""{"files": [{"path": "a", "content": "", "is_new": true}]}""", "'summary' is missing")]
    [InlineData("""{"summary": " ", "files": [{"path": "a", "content": "", "is_new": true}]}""", "'summary' is empty")]
    [InlineData("""{"summary": 1, "files": [{"path": "a", "content": "", "is_new": true}]}""", "'summary' must be a string, not number")]
    [InlineData("""{"summary": "x", "files": [{"content": "", "is_new": true}]}""", "'files[0].path' is missing")]
    [InlineData("""{"summary": "x", "files": [{"path": "a", "is_new": true}]}""", "'files[0].content' is missing")]
    [InlineData("""{"summary": "x", "files": [{"path": "a", "content": null, "is_new": true}]}""", "'files[0].content' must be a string, not null")]
    [InlineData("""{"summary": "x", "files": [{"path": "a", "content": ["x"], "is_new": true}]}""", "'files[0].content' must be a string, not array")]
    [InlineData("""{"summary": "x", "files": [{"path": "a", "content": ""}]}""", "'files[0].is_new' is missing; it must be true or false.")]
    [InlineData("""{"summary": "x", "files": [{"path": "a", "content": "", "is_new": "true"}]}""", "'files[0].is_new' must be true or false, not string")]
    [InlineData("""{"summary": "x", "files": [{"path": "a", "content": "\ud800", "is_new": true}]}""", "surrogate")]
    [InlineData("""{"nothing_to_do": ""}""", "'nothing_to_do' is empty")]
    [InlineData("""{"cannot": false}""", "'cannot' must be a string, not false")]
    [InlineData("""{"cannot": "x", "nothing_to_do": "y"}""", "exactly one is accepted")]
    public void Anything_else_is_refused_with_what_is_wrong(string answer, string problem)
    {
        var failure = Assert.Throws<ProposalFormatException>(() => ProposalParser.Parse(answer));

        Assert.Contains(problem, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Answer_of_open_braces_ends_in_good_time()
    {
        Assert.Throws<ProposalFormatException>(() => ProposalParser.Parse(new string('{', 200_000)));
    }
}
