using System.Text.RegularExpressions;
using Tomlyn;
using Tomlyn.Model;
using Tomlyn.Parsing;
using Tomlyn.Syntax;

namespace Lakehouse.Gateway.Configuration;

/// <summary>One file as read: its values, and where each of them stands.</summary>
internal sealed partial class TomlFile
{
    private readonly TomlLines _lines;

    private TomlFile(string name, TomlTable root, TomlLines lines) => (Name, Root, _lines) = (name, root, lines);

    public string Name { get; }

    public TomlTable Root { get; }

    /// <returns>Null when it is not TOML; the faults say where.</returns>
    public static TomlFile? Parse(string name, string text, ConfigFaults faults)
    {
        var document = SyntaxParser.Parse(text, name, true);
        if (document.HasErrors)
        {
            Explain(name, text.Split('\n'), document.Diagnostics, faults);
            return null;
        }

        try
        {
            return new(name, TomlSerializer.Deserialize<TomlTable>(text) ?? [], new(document));
        }
        catch (TomlException problem)
        {
            faults.Add(name, problem.Line ?? 0, "this is not TOML; accepted is TOML 1.0.");
            return null;
        }
    }

    public int LineOf(string path) => _lines.Of(path);

    // The parser's own texts repeat what it stumbles over, which may be a key. One fault a line; and it stumbles on into lines
    // that have nothing wrong with them.
    private static void Explain(string name, string[] lines, DiagnosticsBag problems, ConfigFaults faults)
    {
        var told = 0;
        foreach (var first in problems.Where(problem => problem.Kind == DiagnosticMessageKind.Error).DistinctBy(problem => problem.Span.Start.Line))
        {
            var number = first.Span.Start.Line + 1;
            var line = number <= lines.Length ? lines[number - 1].Trim() : "";
            var secret = Secrets.Looks(line) || Secrets.Looks(first.Message) || Secrets.IsNameOfOne(line.Split('=')[0].Trim());
            if (Twice().Match(first.Message) is { Success: true } twice && !Secrets.Looks(twice.Groups["key"].Value))
            {
                faults.Add(name, number, twice.Groups["key"].Value, $"given twice, first on line {twice.Groups["line"].Value}", "one of the two");
            }
            else if (told == 0 || SyntaxParser.Parse(line, name, true).HasErrors)
            {
                faults.Add(name, number, "the line", secret ? Secrets.NotShown : Quoted.Text(line), "TOML: key = value, [table] or [[table]]");
            }

            told++;
        }
    }

    [GeneratedRegex(@"^The key `(?<key>[^`]*)` is already defined at \((?<line>\d+),", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Twice();
}
