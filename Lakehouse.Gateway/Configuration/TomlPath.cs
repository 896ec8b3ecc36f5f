using System.Globalization;

namespace Lakehouse.Gateway.Configuration;

/// <summary>Names a key of a file: <c>rule[0].chain[1]</c>.</summary>
internal static class TomlPath
{
    public static string Of(string parent, string key)
    {
        var name = key.Length > 0 && key.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-') && !Secrets.Looks(key) ? key : Quoted.Text(key);
        return parent.Length == 0 ? name : $"{parent}.{name}";
    }

    public static string Of(string parent, int index) => string.Create(CultureInfo.InvariantCulture, $"{parent}[{index}]");
}
