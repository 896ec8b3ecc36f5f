using Tomlyn.Syntax;

namespace Lakehouse.Gateway.Configuration;

/// <summary>The line of every key of a document, which the model of values has lost.</summary>
internal sealed class TomlLines
{
    private readonly Dictionary<string, int> _lines = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _lengths = new(StringComparer.Ordinal);

    public TomlLines(DocumentSyntax document)
    {
        Walk("", document.KeyValues);
        foreach (var table in document.Tables)
        {
            Walk(Header(table), table.Items);
        }
    }

    /// <summary>Of the key or of the nearest thing around it, from 1; 0 = not in the file.</summary>
    public int Of(string path)
    {
        for (var at = path; at.Length > 0; at = at[..Math.Max(0, at.LastIndexOfAny(['.', '[']))])
        {
            if (_lines.TryGetValue(at, out var line))
            {
                return line;
            }
        }

        return 0;
    }

    private string Header(TableSyntaxBase table)
    {
        var path = "";
        var names = Names(table.Name);
        for (var index = 0; index < names.Count; index++)
        {
            path = TomlPath.Of(path, names[index]);
            if (index == names.Count - 1 && table is TableArraySyntax)
            {
                var length = _lengths[path] = _lengths.GetValueOrDefault(path) + 1;
                _lines.TryAdd(path, LineOf(table));
                path = TomlPath.Of(path, length - 1);
            }
            else if (_lengths.TryGetValue(path, out var length))
            {
                path = TomlPath.Of(path, length - 1);
            }

            _lines.TryAdd(path, LineOf(table));
        }

        return path;
    }

    private void Walk(string parent, IEnumerable<KeyValueSyntax> pairs)
    {
        foreach (var pair in pairs)
        {
            var path = parent;
            foreach (var name in Names(pair.Key))
            {
                path = TomlPath.Of(path, name);
                _lines.TryAdd(path, LineOf(pair));
            }

            Walk(path, pair.Value);
        }
    }

    private void Walk(string path, ValueSyntax? value)
    {
        if (value is InlineTableSyntax table)
        {
            Walk(path, table.Items.Select(item => item.KeyValue).OfType<KeyValueSyntax>());
        }
        else if (value is ArraySyntax array)
        {
            foreach (var (index, item) in array.Items.Index())
            {
                var at = TomlPath.Of(path, index);
                _lines.TryAdd(at, LineOf(item));
                Walk(at, item.Value);
            }
        }
    }

    private static List<string> Names(KeySyntax? key) =>
        key is null ? [] : [Name(key.Key), .. key.DotKeys.Select(dotted => Name(dotted.Key))];

    private static string Name(BareKeyOrStringValueSyntax? key) => key switch
    {
        BareKeySyntax bare => bare.Key?.Text ?? "",
        StringValueSyntax quoted => quoted.Value ?? "",
        _ => "",
    };

    private static int LineOf(SyntaxNode node) => node.Span.Start.Line + 1;
}
