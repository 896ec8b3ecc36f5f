using System.Globalization;
using Tomlyn;
using Tomlyn.Model;

namespace Lakehouse.Gateway.Configuration;

/// <summary>A value as messages show it: on one line, shortened, and never a key.</summary>
internal static class Quoted
{
    private const int Longest = 80;

    public static string Value(object? value) => value switch
    {
        null => "missing",
        string text => Text(text),
        bool flag => flag ? "true" : "false",
        long or double => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        TomlDateTime time => time.ToString(),
        TomlArray array => $"a list of {array.Count}",
        TomlTableArray tables => $"a list of {tables.Count} tables",
        TomlTable => "a table",
        _ => "something else",
    };

    public static string Text(string text)
    {
        if (Secrets.Looks(text))
        {
            return Secrets.NotShown;
        }

        var line = new string([.. text.Select(letter => char.IsControl(letter) ? '\uFFFD' : letter)]);
        return line.Length <= Longest ? $"'{line}'" : $"'{line[..Longest]}…'";
    }
}
