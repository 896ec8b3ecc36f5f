using System.Text;
using Lakehouse.Gateway.Errors;

namespace Lakehouse.Gateway.Staffing.Files;

/// <summary>Records of a CSV text (RFC 4180, and single line feeds). A field that is empty without quotes is null, as Postgres writes it.</summary>
internal sealed class CsvReader(TextReader text)
{
    private const int LongestField = 1 << 20;
    private readonly char[] _buffer = new char[1 << 15];
    private readonly StringBuilder _field = new();
    private int _at;
    private int _read;

    /// <summary>Of the record that was read last; the head is 0.</summary>
    public long Row { get; private set; } = -1;

    /// <returns>False at the end. Blank lines are no records.</returns>
    /// <exception cref="ApiError">400: quotes that do not close, or a field that is too long.</exception>
    public async ValueTask<bool> ReadAsync(List<string?> fields, CancellationToken cancellationToken)
    {
        fields.Clear();
        Row++;
        var (inside, quoted) = (false, false);
        while (true)
        {
            if (_at == _read)
            {
                (_at, _read) = (0, await text.ReadAsync(_buffer, cancellationToken));
                if (_read == 0)
                {
                    return End(fields, inside, quoted);
                }
            }

            var letter = _buffer[_at++];
            if (inside)
            {
                // a quote that another one follows is seen as the end, and then as a new beginning
                (inside, _) = letter == '"' ? (false, _field) : (true, Add(letter));
                continue;
            }

            switch (letter)
            {
                case '"' when quoted:
                    Add('"');
                    inside = true;
                    break;
                case '"' when _field.Length == 0:
                    (inside, quoted) = (true, true);
                    break;
                case ',':
                    fields.Add(Take(quoted));
                    quoted = false;
                    break;
                case '\n' when fields.Count == 0 && _field.Length == 0 && !quoted:
                    break;
                case '\n':
                    fields.Add(Take(quoted));
                    return true;
                case '\r':
                    break;
                default:
                    Add(quoted ? throw Refused("text after a closing quote") : letter);
                    break;
            }
        }
    }

    private bool End(List<string?> fields, bool inside, bool quoted)
    {
        if (inside)
        {
            throw Refused("a quote that does not close");
        }

        if (fields.Count > 0 || _field.Length > 0 || quoted)
        {
            fields.Add(Take(quoted));
        }

        return fields.Count > 0;
    }

    private string? Take(bool quoted)
    {
        var value = _field.Length == 0 && !quoted ? null : _field.ToString();
        _field.Clear();
        return value;
    }

    private StringBuilder Add(char letter) => _field.Length < LongestField ? _field.Append(letter) : throw Refused($"a field of more than {LongestField} characters");

    private ApiError Refused(string what) => ApiError.BadInput("body", $"Row {Row} has {what}; accepted is CSV as RFC 4180 has it, with \"\" for a quote inside of quotes. Nothing was changed.");
}
