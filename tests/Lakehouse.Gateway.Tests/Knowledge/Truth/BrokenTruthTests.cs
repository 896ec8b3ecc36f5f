using Lakehouse.Gateway.Configuration;
using Lakehouse.Gateway.Knowledge.Truth;
using Lakehouse.Testing;

namespace Lakehouse.Gateway.Tests.Knowledge.Truth;

public sealed class BrokenTruthTests
{
    private const string Head = "[[rule]]\nid = \"a\"\ntask_class = \"x.y\"\ndescription = \"d\"\n";
    private const string Always = "condition = { kind = \"Always\" }\n";
    private const string Block = "action = { kind = \"Block\", message = \"m\" }\n";
    private const string Kinds = "Always, FieldEquals, FieldMismatch, FieldEmpty, FieldGreater, FieldContainsAny";
    private const string Actions = "Pass, Redact, Reject, Block";
    private const string Path = "a path such as contract.city or workers.0.status: 1 to 20 names of letters, digits, '_' and '-', with a dot between each two";
    private const string Sentence = "a sentence of 1 to 500 characters for the caller";
    private const string Task = "a task class such as staffing.fill, staffing.any for every staffing.*, or any: names of small letters, digits, '_' and '-', with dots between; 'any' only at the end";
    private const string Id = "an id of 1 to 64 small letters, digits, '-', '_' and '.'";
    private const string Text = "a text of 1 to 500 characters that are not all spaces";
    private const string Scalar = "a text, a number, true or false";

    [Theory]
    [InlineData("[[rule]]\ntask_class = \"x\"\ndescription = \"d\"\n" + Always + Block, $"(1): rule[0].id is missing; accepted is {Id}.")]
    [InlineData("[[rule]]\nid = \"City Required\"\ntask_class = \"x\"\ndescription = \"d\"\n" + Always + Block, $"(2): rule[0].id is 'City Required'; accepted is {Id}.")]
    [InlineData("[[rule]]\nid = \"a\"\ndescription = \"d\"\n" + Always + Block, $"(1): rule[0].task_class is missing; accepted is {Task}.")]
    [InlineData("[[rule]]\nid = \"a\"\ntask_class = \"any.fill\"\ndescription = \"d\"\n" + Always + Block, $"(3): rule[0].task_class is 'any.fill'; accepted is {Task}.")]
    [InlineData("[[rule]]\nid = \"a\"\ntask_class = \"staffing.*\"\ndescription = \"d\"\n" + Always + Block, $"(3): rule[0].task_class is 'staffing.*'; accepted is {Task}.")]
    [InlineData("[[rule]]\nid = \"a\"\ntask_class = [\"x\"]\ndescription = \"d\"\n" + Always + Block, $"(3): rule[0].task_class is a list of 1; accepted is {Task}.")]
    [InlineData("[[rule]]\nid = \"a\"\ntask_class = \"x\"\ndescription = \" \"\n" + Always + Block, "(4): rule[0].description is ' '; accepted is a sentence of 1 to 500 characters.")]
    [InlineData(Head + Block, $"(1): rule[0].condition is missing; accepted is a table such as {{ kind = \"FieldEmpty\", field = \"contract.city\" }}, with one of the kinds {Kinds}.")]
    [InlineData(Head + Always, $"(1): rule[0].action is missing; accepted is a table such as {{ kind = \"Block\", message = \"…\" }}, with one of the kinds {Actions}.")]
    [InlineData(Head + "condition = \"Always\"\n" + Block, "(5): rule[0].condition is 'Always'; accepted is a table.")]
    [InlineData(Head + "condition = { field = \"a\" }\n" + Block, $"(5): rule[0].condition.kind is missing; accepted is one of {Kinds}.")]
    [InlineData(Head + "condition = { kind = \"FieldLess\", field = \"a\", value = 1 }\n" + Block, $"(5): rule[0].condition.kind is 'FieldLess'; accepted is one of {Kinds}.")]
    [InlineData(Head + Always + "action = { kind = \"block\", message = \"m\" }\n", $"(6): rule[0].action.kind is 'block'; accepted is one of {Actions}.")]
    [InlineData(Head + Always + "action = { kind = \"Block\" }\n", $"(6): rule[0].action.message is missing; accepted is {Sentence}.")]
    [InlineData(Head + Always + "action = { kind = \"Reject\", message = \"\" }\n", $"(6): rule[0].action.message is ''; accepted is {Sentence}.")]
    [InlineData(Head + Always + "action = { kind = \"Redact\" }\n", "(6): rule[0].action.fields is missing; accepted is a list of paths whose values are taken out; or texts, a list of texts that are.")]
    [InlineData(Head + Always + "action = { kind = \"Redact\", fields = [] }\n", $"(6): rule[0].action.fields is a list of 0; accepted is a list of 1 to 200: {Path}.")]
    [InlineData(Head + Always + "action = { kind = \"Redact\", fields = [\"worker.ssn\", \"worker..ssn\"] }\n", $"(6): rule[0].action.fields[1] is 'worker..ssn'; accepted is {Path}.")]
    [InlineData(Head + Always + "action = { kind = \"Redact\", texts = [\" \"] }\n", $"(6): rule[0].action.texts[0] is ' '; accepted is {Text}.")]
    [InlineData(Head + Always + "action = { kind = \"Redact\", texts = [\"x\"], replacement = \"\" }\n", "(6): rule[0].action.replacement is ''; accepted is a text of 1 to 100 characters.")]
    [InlineData(Head + Always + "action = { kind = \"Block\", message = \"m\", fields = [\"a\"] }\n", "(6): rule[0].action.fields is not known here (its value is a list of 1); accepted is one of the keys kind, message.")]
    [InlineData(Head + "condition = { kind = \"Always\", field = \"a\" }\n" + Block, "(5): rule[0].condition.field is not known here (its value is 'a'); accepted is one of the keys kind.")]
    [InlineData(Head + "condition = { kind = \"FieldEmpty\" }\n" + Block, $"(5): rule[0].condition.field is missing; accepted is {Path}.")]
    [InlineData(Head + "condition = { kind = \"FieldEmpty\", field = \".city\" }\n" + Block, $"(5): rule[0].condition.field is '.city'; accepted is {Path}.")]
    [InlineData(Head + "condition = { kind = \"FieldEmpty\", field = \"contract[0]\" }\n" + Block, $"(5): rule[0].condition.field is 'contract[0]'; accepted is {Path}.")]
    [InlineData(Head + "condition = { kind = \"FieldEmpty\", field = \"a\", when = \"b.\" }\n" + Block, $"(5): rule[0].condition.when is 'b.'; accepted is {Path}.")]
    [InlineData(Head + "condition = { kind = \"FieldEmpty\", field = \"a\", not = \"yes\" }\n" + Block, "(5): rule[0].condition.not is 'yes'; accepted is true or false.")]
    [InlineData(Head + "condition = { kind = \"FieldEquals\", field = \"a\" }\n" + Block, $"(5): rule[0].condition.value is missing; accepted is either {Scalar}, or other, the path of the field to compare with.")]
    [InlineData(Head + "condition = { kind = \"FieldMismatch\", field = \"a\", value = 1, other = \"b\" }\n" + Block, $"(5): rule[0].condition.value is 1; accepted is either {Scalar}, or other, the path of the field to compare with.")]
    [InlineData(Head + "condition = { kind = \"FieldEquals\", field = \"a\", value = [1] }\n" + Block, $"(5): rule[0].condition.value is a list of 1; accepted is {Scalar}.")]
    [InlineData(Head + "condition = { kind = \"FieldGreater\", field = \"a\", value = \"10\" }\n" + Block, "(5): rule[0].condition.value is '10'; accepted is a number.")]
    [InlineData(Head + "condition = { kind = \"FieldGreater\", field = \"a\", value = nan }\n" + Block, "(5): rule[0].condition.value is NaN; accepted is a number.")]
    [InlineData(Head + "condition = { kind = \"FieldContainsAny\", field = \"a\" }\n" + Block, $"(5): rule[0].condition.values is missing; accepted is a list of 1 to 200: {Text}.")]
    [InlineData(Head + "condition = { kind = \"FieldContainsAny\", field = \"a\", values = [] }\n" + Block, $"(5): rule[0].condition.values is a list of 0; accepted is a list of 1 to 200: {Text}.")]
    [InlineData(Head + "condition = { kind = \"FieldContainsAny\", field = \"a\", values = [\"DROP\", 7] }\n" + Block, $"(5): rule[0].condition.values[1] is 7; accepted is {Text}.")]
    [InlineData(Head + "condition = { kind = \"FieldContainsAny\", field = \"a\", values = [\"DROP\"], whole_word = true }\n" + Block, "(5): rule[0].condition.whole_word is not known here (its value is true); accepted is one of the keys kind, field, values, whole_words, when, not (did you mean whole_words?).")]
    [InlineData(Head + Always + Block + "severity = 3\n", "(7): rule[0].severity is not known here (its value is 3); accepted is one of the keys id, task_class, description, condition, action.")]
    [InlineData("[[rules]]\nid = \"a\"\n", "(1): rules is not known here (its value is a list of 1 tables); accepted is one of the keys rule (did you mean rule?).")]
    [InlineData(Head + Always + Block + Head + Always + Block, "(8): rule[1].id is 'a'; accepted is an id that no other rule has; broken.toml(1) has this one.")]
    [InlineData(Head + "id = \"b\"\n" + Always + Block, "(5): rule.id is given twice, first on line 2; accepted is one of the two.")]
    [InlineData("[[rule]\n", "(1): the line is '[[rule]'; accepted is TOML: key = value, [table] or [[table]].")]
    public void Broken_rule_is_told_with_line_key_value_and_what_is_accepted(string toml, string fault)
    {
        using var files = new TruthFiles(("broken.toml", toml));

        Assert.Equal(["broken.toml" + fault], files.Faults());
    }

    [Fact]
    public void All_faults_of_all_files_are_told_at_once()
    {
        using var files = new TruthFiles(
            ("b.toml", Head + "condition = { kind = \"FieldEmpty\", field = \"..\" }\naction = { kind = \"Reject\" }\n"), ("a.toml", "[[rule]]\nid = \"A\"\n" + Always + Block), ("c.toml", "["));

        Assert.Equal(["a.toml(1)", "a.toml(1)", "a.toml(2)", "b.toml(5)", "b.toml(6)", "c.toml(1)"], files.Faults().Select(fault => fault[..fault.IndexOf(':', StringComparison.Ordinal)]));
    }

    [Theory]
    [InlineData("a", "rule[0].id is 'a'; accepted is an id that no other rule has; a.toml(1) has this one.")]
    [InlineData("sql-tool-no-empty-sql", "rule[0].id is 'sql-tool-no-empty-sql'; accepted is an id that no other rule has; built-in sql.toml(25) has this one.")]
    public void Id_of_another_file_or_of_a_built_in_rule_is_taken(string id, string fault)
    {
        using var files = new TruthFiles(("a.toml", Head + Always + Block), ("b.toml", Head.Replace("\"a\"", $"\"{id}\"", StringComparison.Ordinal) + Always + Block));

        Assert.Equal([$"b.toml(2): {fault}"], files.Faults());
    }

    [Fact]
    public void Folder_that_is_missing_or_empty_is_a_fault()
    {
        using var files = new TruthFiles(("notes.md", "none"));

        Assert.Equal(["FOLDER: the folder has no *.toml; accepted is a folder with at least one, which may be without rules."], files.Faults());
        var missing = Assert.Throws<ConfigException>(() => new TruthFolder(files.Path + "-not-there").Load(TruthFiles.Now));
        Assert.Equal("FOLDER-not-there: the folder is missing; accepted is a folder with *.toml files (docs/truth.md).", files.Short(missing.Faults.Single()));
    }

    [Fact]
    public void Files_add_to_the_built_in_rules_in_the_order_of_their_names()
    {
        using var files = new TruthFiles(("b.toml", Head + Always + Block), ("a.toml", Head.Replace("\"a\"", "\"z\"", StringComparison.Ordinal) + Always + Block), ("c.toml", "# nothing yet\n"));

        Assert.Equal(
            ["built-in sql.toml staffing-no-destructive-sql", "built-in sql.toml staffing-no-empty-sql", "built-in sql.toml sql-tool-no-destructive-sql", "built-in sql.toml sql-tool-no-empty-sql", "a.toml z", "b.toml a"],
            files.Load().All.Select(rule => $"{rule.Source} {rule.Id}"));
    }

    [Fact]
    public void Shipped_rules_are_right()
    {
        var rules = new TruthFolder(TruthFiles.Shipped).Load(TruthFiles.Now);

        Assert.Equal(
            ["fill-deadline-required Reject FieldEmpty contract.deadline", "fill-budget-required Reject not FieldGreater contract.budget_usd 0", "fill-city-required Reject FieldEmpty contract.city",
             "fill-worker-active Block FieldMismatch worker.status 'active' when worker", "fill-endorsed-count-matches Block FieldMismatch fill.endorsed_count fill.target_count when fill"],
            rules.All.Where(rule => rule.Source == "staffing.toml").Select(rule => $"{rule.Id} {rule.Action.Kind} {rule.Condition}"));
        Assert.Equal(File.ReadAllText(In(TruthFiles.Shipped)), File.ReadAllText(In(System.IO.Path.Combine(AppContext.BaseDirectory, "truth"))));

        static string In(string folder) => System.IO.Path.Combine(folder, "staffing.toml");
    }

    [Fact]
    public async Task Gateway_does_not_start_without_its_rules()
    {
        using var files = new TruthFiles();
        await using var gateway = ChildProcess.StartAssembly(Built.Assembly("Lakehouse.Gateway"), ["--urls=http://127.0.0.1:0", "--Truth:Folder=" + files.Path + "-not-there"]);

        Assert.NotEqual(0, await gateway.WaitForExitAsync(TestContext.Current.CancellationToken));
        Assert.Contains("-not-there: the folder is missing; accepted is a folder with *.toml files (docs/truth.md).", gateway.Output, StringComparison.Ordinal);
    }
}
