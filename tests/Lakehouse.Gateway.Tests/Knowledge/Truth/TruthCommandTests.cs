using System.Text.Json.Nodes;
using Lakehouse.Gateway.Knowledge.Truth;
using Lakehouse.Testing;

namespace Lakehouse.Gateway.Tests.Knowledge.Truth;

public sealed class TruthCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Program_prints_the_check_and_starts_nothing()
    {
        var right = Write("""{"contract":{"city":"Toledo","deadline":"2026-12-01","budget_usd":900}}""");

        // nobody listens where the stores are said to be
        await using var gateway = ChildProcess.StartAssembly(Built.Assembly("Lakehouse.Gateway"), ["truth", "check", "--task-class", "staffing.fill", "--context", right],
            new Dictionary<string, string?> { ["ConnectionStrings__lakehouse"] = "Host=127.0.0.1;Port=1", ["ConnectionStrings__redis"] = "127.0.0.1:1" });

        Assert.Equal(0, await gateway.WaitForExitAsync(TestContext.Current.CancellationToken));
        var answer = JsonNode.Parse(gateway.Output)!;
        Assert.Equal(("pass", 7), (answer["verdict"]!.ToString(), answer["rules"]!.AsArray().Count));
    }

    [Fact]
    public void Refused_context_ends_with_1_and_says_why()
    {
        var (exit, output, errors) = Run(["check", "--task-class", "staffing.fill", "--context", "-", "--truth", TruthFiles.Shipped], """{"contract":{"city":"Toledo","deadline":"x","budget_usd":-1}}""");

        var answer = JsonNode.Parse(output)!;
        Assert.Equal((1, "", "reject", "truth_rejected"), (exit, errors, answer["verdict"]!.ToString(), answer["error"]!["code"]!.ToString()));
        Assert.Equal(["fill-budget-required: contract.budget_usd is -1, compared with 0"], answer["rules"]!.AsArray().Where(rule => rule!["fired"]!.GetValue<bool>()).Select(rule => $"{rule!["id"]}: {rule["why"]}"));
    }

    [Fact]
    public void What_cannot_be_checked_ends_with_2_and_a_sentence()
    {
        using var broken = new TruthFiles(("a.toml", "[[rule]]\nid = \"A\"\n"));
        foreach (var (arguments, sentence) in new (string[] Arguments, string Sentence)[]
        {
            ([], "usage: truth check"), (["list"], "usage: truth check"), (["check", "--task-class", "x"], "usage: truth check"),
            (["check", "--task", "x", "--context", "-"], "'--task' is not an option here"), (["check", "--task-class", "x", "--context"], "'--context' is not an option here, has no value"),
            (["check", "--task-class", "x", "--task-class", "y", "--context", "-"], "given twice"),
            (["check", "--task-class", "x", "--context", _folder.In("none.json")], "none.json"), (["check", "--task-class", "x", "--context", Write("[]")], "is no JSON object"),
            (["check", "--task-class", "x", "--context", Write("{")], "is not JSON (line 1)"), (["check", "--task-class", "x", "--context", Write("""{"a":1,"a":2}""")], "is not JSON (line"),
            (["check", "--task-class", "x", "--context", "-", "--truth", _folder.In("nowhere")], "the folder is missing"), (["check", "--task-class", "x", "--context", "-", "--truth", broken.Path], "rule[0].id is 'A'"),
        })
        {
            var (exit, output, errors) = Run(arguments, "{}");

            Assert.Equal((string.Join(' ', arguments), 2, ""), (string.Join(' ', arguments), exit, output));
            Assert.Contains(sentence, errors, StringComparison.Ordinal);
        }
    }

    public void Dispose() => _folder.Dispose();

    private static (int Exit, string Output, string Errors) Run(string[] arguments, string input)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        using var standard = new StringReader(input);
        return (TruthCommand.Run(arguments, standard, output, errors), output.ToString(), errors.ToString());
    }

    private string Write(string json)
    {
        var file = _folder.In($"{Guid.NewGuid():n}.json");
        File.WriteAllText(file, json);
        return file;
    }
}
