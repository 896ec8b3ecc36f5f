using System.Text;
using Lakehouse.Gateway.Errors;

namespace Lakehouse.Gateway.Staffing.Files;

/// <summary>Records of a CSV text (RFC 4180, and single line feeds). A field that is empty without quotes is null, as Postgres writes it.</summary>
/// <param name="most">Fields of a record that are kept; more are only counted.</param>
internal sealed class CsvReader(TextReader text, int most, FileFaults faults)
{
    public const int LongestField = 1 << 20;
    private readonly char[] _buffer = new char[1 << 15];
    private readonly StringBuilder _field = new();
    private int _at;
    private int _read;
    private long _line = 1;
    private long _fieldLine;

    /// <summary>Where the record that was read last begins, as editors count.</summary>
    public long Line { get; private set; }

    /// <summary>How many fields it has.</summary>
    public long Count { get; private set; }

    /// <returns>False at the end. Blank lines are no records.</returns>
    /// <exception cref="ApiError">400: from here on nobody can say what is a field.</exception>
    public async ValueTask<bool> ReadAsync(List<string?> fields, CancellationToken cancellationToken)
    {
        fields.Clear();
        (Count, Line) = (0, _line);
        var (inside, quoted, returned) = (false, false, false);
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
            _line += letter == '\n' ? 1 : 0;
            if (inside)
            {
                // a quote that another one follows is seen as the end, and then as a new beginning
                (inside, _) = letter == '"' ? (false, _field) : (true, Add(letter));
                continue;
            }

            if (returned && letter != '\n')
            {
                throw Broken(_line, "a carriage return without a line feed");
            }

            switch (letter)
            {
                case '"' when quoted:
                    Add('"');
                    inside = true;
                    break;
                case '"' when _field.Length == 0:
                    (inside, quoted, _fieldLine) = (true, true, _line);
                    break;
                case ',':
                    Take(fields, quoted);
                    quoted = false;
                    break;
                case '\n' when Count == 0 && _field.Length == 0 && !quoted:
                    (Line, returned) = (_line, false);
                    break;
                case '\n':
                    Take(fields, quoted);
                    return true;
                case '\r':
                    returned = true;
                    break;
                default:
                    Add(quoted ? throw Broken(_line, "text after a closing quote") : letter);
                    break;
            }
        }
    }

    private bool End(List<string?> fields, bool inside, bool quoted)
    {
        if (inside)
        {
            throw Broken(_fieldLine, "a quote that does not close");
        }

        if (Count > 0 || _field.Length > 0 || quoted)
        {
            Take(fields, quoted);
        }

        return Count > 0;
    }

    private void Take(List<string?> fields, bool quoted)
    {
        if (Count++ < most)
        {
            fields.Add(_field.Length == 0 && !quoted ? null : _field.ToString());
        }

        _field.Clear();
    }

    private StringBuilder Add(char letter) => _field.Length < LongestField
        ? _field.Append(letter)
        : throw Broken(Math.Max(_fieldLine, Line), $"a field of more than {LongestField} characters, such as where a quote is missing");

    private ApiError Broken(long line, string what)
    {
        faults.Add("body", line, null, $"{what}; accepted is CSV as RFC 4180 has it, with \"\" for a quote inside of quotes. What follows was not read.");
        return faults.ToError();
    }
}
