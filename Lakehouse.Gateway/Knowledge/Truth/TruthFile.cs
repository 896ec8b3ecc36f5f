using System.Text.Json.Nodes;
using Lakehouse.Gateway.Configuration;

namespace Lakehouse.Gateway.Knowledge.Truth;

/// <summary>Reads the rules of one file.</summary>
/// <param name="source">The file's name, as replies show it.</param>
/// <param name="known">Ids of rules before this file, with the place of each; those of this file are added.</param>
internal sealed class TruthFile(TomlFile file, string source, Dictionary<string, string> known, ConfigFaults faults)
{
    private const int MostTexts = 200;
    private const int LongestText = 500;
    private const string IdForm = "an id of 1 to 64 small letters, digits, '-', '_' and '.'";

    public IReadOnlyList<TruthRule> Read()
    {
        var root = new TomlSection(file, "", file.Root, faults);
        List<TruthRule> rules = [.. root.Tables("rule").Select(Rule).OfType<TruthRule>()];
        root.Close();
        return rules;
    }

    private static bool IsId(string text) =>
        text.Length is > 0 and <= 64 && text.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '-' or '_' or '.');

    private static bool IsSentence(string text) => text.Length is > 0 and <= LongestText && !string.IsNullOrWhiteSpace(text) && !text.Any(char.IsControl);

    private TruthRule? Rule(TomlSection section)
    {
        var line = file.LineOf(section.Path);
        var id = section.Text("id", IdForm, IsId, required: true);
        if (id is not null && !known.TryAdd(id, $"{source}({line})"))
        {
            section.Fault("id", $"an id that no other rule has; {known[id]} has this one");
        }

        var tasks = section.Text("task_class", TaskPattern.Accepted, TaskPattern.IsOne, required: true);
        var description = section.Text("description", $"a sentence of 1 to {LongestText} characters", IsSentence, required: true);
        var condition = Inner(section, "condition", $"a table such as {{ kind = \"FieldEmpty\", field = \"contract.city\" }}, with one of the kinds {string.Join(", ", FieldTest.Kinds)}", Condition);
        var action = Inner(section, "action", $"a table such as {{ kind = \"Block\", message = \"…\" }}, with one of the kinds {string.Join(", ", TruthAction.Kinds)}", Action);
        section.Close();
        return id is null || tasks is null || description is null || condition is null || action is null
            ? null
            : new(id, new(tasks), description, condition, action, source, line);
    }

    private static T? Inner<T>(TomlSection section, string key, string accepted, Func<TomlSection, T?> read) where T : class
    {
        if (section.Table(key) is not { } table)
        {
            if (!section.Has(key))
            {
                section.Fault(key, accepted);
            }

            return null;
        }

        return read(table);
    }

    private static TruthCondition? Condition(TomlSection section)
    {
        if (section.OneOf("kind", FieldTest.Kinds, required: true) is not { } kind)
        {
            // whatever else stands there may be right for the kind that was meant
            return null;
        }

        FieldTest? test = kind switch
        {
            "Always" => new Always(),
            "FieldEmpty" => Path(section, "field", required: true) is { } path ? new FieldEmpty(path) : null,
            "FieldContainsAny" => Contains(section),
            _ => Comparison(section, kind),
        };
        var (when, not) = test is Always ? (null, false) : (Path(section, "when"), section.Flag("not") ?? false);
        section.Close();
        return test is null ? null : new(test, when, not);
    }

    private static FieldTest? Comparison(TomlSection section, string kind)
    {
        var isGreater = kind == "FieldGreater";
        var accepted = isGreater ? "a number" : "a text, a number, true or false";
        var path = Path(section, "field", required: true);
        var value = section.Scalar("value", accepted, given => given switch { double number => double.IsFinite(number), string or bool => !isGreater, _ => true });
        var other = Path(section, "other");
        if (section.Has("value") == section.Has("other"))
        {
            section.Fault("value", $"either {accepted}, or other, the path of the field to compare with");
        }

        if (path is null || (value is null && other is null))
        {
            return null;
        }

        var operand = new Operand(value switch { string text => text, long whole => whole, double part => part, bool flag => flag, _ => null }, other);
        return isGreater ? new FieldGreater(path, operand) : new FieldEquals(path, operand, kind == "FieldMismatch");
    }

    private static FieldContainsAny? Contains(TomlSection section)
    {
        var (path, values, words) = (Path(section, "field", required: true), Texts(section, "values"), section.Flag("whole_words") ?? false);
        return path is null || values.Count == 0 ? null : new(path, values, words);
    }

    private static TruthAction? Action(TomlSection section)
    {
        if (section.OneOf("kind", TruthAction.Kinds, required: true) is not { } name)
        {
            return null;
        }

        var kind = Enum.Parse<TruthActionKind>(name);
        var message = section.Text("message", $"a sentence of 1 to {LongestText} characters for the caller", IsSentence, required: kind is TruthActionKind.Block or TruthActionKind.Reject);
        var action = kind == TruthActionKind.Redact ? Redact(section, message) : new(kind, message, [], [], "");
        section.Close();
        return action;
    }

    private static TruthAction Redact(TomlSection section, string? message)
    {
        List<string> fields = section.Has("fields") ? Checked(section, "fields", FieldPath.Accepted, FieldPath.IsOne) : [];
        var texts = section.Has("texts") ? Texts(section, "texts") : [];
        if (!section.Has("fields") && !section.Has("texts"))
        {
            section.Fault("fields", "a list of paths whose values are taken out; or texts, a list of texts that are");
        }

        var replacement = section.Text("replacement", "a text of 1 to 100 characters", text => text.Length is > 0 and <= 100 && !text.Any(char.IsControl));
        return new(TruthActionKind.Redact, message, [.. fields.Select(FieldPath.Of)], texts, replacement ?? TruthAction.Redacted);
    }

    private static FieldPath? Path(TomlSection section, string key, bool required = false) =>
        section.Text(key, FieldPath.Accepted, FieldPath.IsOne, required) is { } text ? FieldPath.Of(text) : null;

    private static List<string> Texts(TomlSection section, string key) =>
        Checked(section, key, $"a text of 1 to {LongestText} characters that are not all spaces", text => text.Length <= LongestText && !string.IsNullOrWhiteSpace(text));

    private static List<string> Checked(TomlSection section, string key, string accepted, Func<string, bool> valid)
    {
        var texts = new List<string>();
        foreach (var (text, path) in section.Texts(key, accepted, MostTexts))
        {
            if (valid(text))
            {
                texts.Add(text);
            }
            else
            {
                section.FaultAt(path, text, accepted);
            }
        }

        return texts;
    }
}
