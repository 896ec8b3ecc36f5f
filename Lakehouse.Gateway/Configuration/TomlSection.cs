using System.Globalization;
using Tomlyn;
using Tomlyn.Model;

namespace Lakehouse.Gateway.Configuration;

/// <summary>
/// Reads one table of a file. Each Get-method collects the fault of its key and answers null then; <see cref="Close"/> tells the
/// keys that nobody asked for.
/// </summary>
internal sealed class TomlSection(TomlFile file, string path, TomlTable table, ConfigFaults faults)
{
    /// <summary>Seconds.</summary>
    private const double Shortest = 0.001;

    private readonly List<string> _asked = [];

    public string Path => path;

    public IEnumerable<string> Keys => table.Keys;

    /// <summary>As TOML has it, for whoever checks it himself.</summary>
    public object? Raw(string key) => table[key];

    public bool Has(string key) => table.ContainsKey(key);

    public string PathOf(string key) => TomlPath.Of(path, key);

    /// <param name="mayBeKey">Whether a text that is refused may be or hold a key, and is not repeated.</param>
    public string? Text(string key, string accepted, Func<string, bool> valid, bool required = false, Func<string, bool>? mayBeKey = null)
    {
        if (Find(key, accepted, required) is not { } value)
        {
            return null;
        }

        if (value is string text && valid(text) && !Secrets.Looks(text))
        {
            return text;
        }

        faults.Add(file.Name, file.LineOf(PathOf(key)), PathOf(key), value is string odd && mayBeKey?.Invoke(odd) == true ? Secrets.NotShown : Quoted.Value(value), accepted);
        return null;
    }

    public string? OneOf(string key, IReadOnlyList<string> choices, bool required = false) =>
        Text(key, $"one of {string.Join(", ", choices)}", text => choices.Contains(text, StringComparer.Ordinal), required);

    public bool? Flag(string key, bool required = false) => Read(key, "true or false", required, value => value as bool?);

    public long? Whole(string key, long least, long most, string unit = "", bool required = false) => Read(
        key, string.Create(CultureInfo.InvariantCulture, $"a whole number{unit} from {least} to {most}"), required,
        value => value is long number && number >= least && number <= most ? number : (long?)null);

    public TimeSpan? Seconds(string key, int most) => Read(
        key, string.Create(CultureInfo.InvariantCulture, $"a number of seconds, more than 0 and at most {most}"), required: false,
        value => (value switch { long whole => whole, double part => part, _ => 0 }) is var seconds && seconds >= Shortest && seconds <= most ? TimeSpan.FromSeconds(seconds) : (TimeSpan?)null);

    /// <summary>A date, with or without quotes.</summary>
    public DateOnly? Date(string key, bool required = false) => Read(key, "a date such as 2026-11-01", required, value => value switch
    {
        TomlDateTime { Kind: TomlDateTimeKind.LocalDate } day => DateOnly.FromDateTime(day.DateTime.DateTime),
        string text when DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) => date,
        _ => (DateOnly?)null,
    });

    /// <returns>A text, a long, a double or a bool.</returns>
    public object? Scalar(string key, string accepted, Func<object, bool> valid)
    {
        var value = Find(key, accepted, required: false);
        if (value is null || (value is string or long or double or bool && valid(value) && !(value is string text && Secrets.Looks(text))))
        {
            return value;
        }

        Fault(key, accepted);
        return null;
    }

    /// <returns>The texts with the path of each.</returns>
    public IReadOnlyList<(string Text, string Path)> Texts(string key, string accepted, int most, bool required = true)
    {
        var list = string.Create(CultureInfo.InvariantCulture, $"a list of 1 to {most}: {accepted}");
        if (Find(key, list, required) is not { } value)
        {
            return [];
        }

        if (value is not TomlArray { Count: > 0 } array || array.Count > most)
        {
            Fault(key, list);
            return [];
        }

        var texts = new List<(string, string)>();
        foreach (var (index, item) in array.Index())
        {
            var at = TomlPath.Of(PathOf(key), index);
            if (item is string text && !Secrets.Looks(text))
            {
                texts.Add((text, at));
            }
            else
            {
                FaultAt(at, item, accepted);
            }
        }

        return texts;
    }

    public TomlSection? Table(string key)
    {
        var value = Find(key, "a table", required: false);
        if (value is null or TomlTable)
        {
            return value is TomlTable inner ? new(file, PathOf(key), inner, faults) : null;
        }

        Fault(key, "a table");
        return null;
    }

    /// <summary>The <c>[[…]]</c> of a key, or a list of inline tables.</summary>
    public IReadOnlyList<TomlSection> Tables(string key)
    {
        var accepted = $"tables, each under [[{PathOf(key)}]]";
        var tables = Find(key, accepted, required: false) switch
        {
            null => [],
            TomlTableArray array => [.. array],
            TomlArray array when array.All(item => item is TomlTable) => [.. array.Cast<TomlTable>()],
            _ => (IReadOnlyList<TomlTable>?)null,
        };
        if (tables is null)
        {
            Fault(key, accepted);
        }

        return [.. (tables ?? []).Index().Select(item => new TomlSection(file, TomlPath.Of(PathOf(key), item.Index), item.Item, faults))];
    }

    public void Close()
    {
        foreach (var key in table.Keys.Except(_asked, StringComparer.Ordinal))
        {
            var near = Spelling.Nearest(key, _asked) is { } nearest ? $" (did you mean {nearest}?)" : "";
            var accepted = Secrets.IsNameOfOne(key)
                ? "no key in this file: name an environment variable in api_key_env, or set Providers:<name>:api_key"
                : $"one of the keys {string.Join(", ", _asked)}{near}";
            var value = Secrets.IsNameOfOne(key) ? Secrets.NotShown : Quoted.Value(table[key]);
            faults.Add(file.Name, file.LineOf(PathOf(key)), PathOf(key), $"not known here (its value is {value})", accepted);
        }
    }

    public void Fault(string key, string accepted) => FaultAt(PathOf(key), table.TryGetValue(key, out var value) ? value : null, accepted);

    public void FaultAt(string at, object? value, string accepted) => faults.Add(file.Name, file.LineOf(at), at, Quoted.Value(value), accepted);

    private T? Read<T>(string key, string accepted, bool required, Func<object, T?> read) where T : struct
    {
        if (Find(key, accepted, required) is not { } value)
        {
            return null;
        }

        var result = read(value);
        if (result is null)
        {
            Fault(key, accepted);
        }

        return result;
    }

    private object? Find(string key, string accepted, bool required)
    {
        _asked.Add(key);
        if (table.TryGetValue(key, out var value) && value is not null)
        {
            return value;
        }

        if (required)
        {
            FaultAt(PathOf(key), null, accepted);
        }

        return null;
    }
}
