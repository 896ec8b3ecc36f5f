using System.Text;

namespace Lakehouse.BotWorker.Sandbox;

/// <summary>Splits a configured line into words: blanks, quotes and backslashes as in a shell, and nothing else of a shell.</summary>
internal static class CommandLine
{
    public const string Accepted = "one line that names a program and closes its quotes";

    /// <returns>Null where a quote stays open or no program is named.</returns>
    public static IReadOnlyList<string>? Split(string line)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var (inWord, quote) = (false, '\0');
        for (var i = 0; i < line.Length; i++)
        {
            var character = line[i];
            if (character == '\\' && quote != '\'' && i + 1 < line.Length && (quote == '\0' || line[i + 1] is '"' or '\\'))
            {
                word.Append(line[++i]);
                inWord = true;
            }
            else if (quote != '\0')
            {
                (quote, _) = character == quote ? ('\0', word) : (quote, word.Append(character));
            }
            else if (character is '\'' or '"')
            {
                (quote, inWord) = (character, true);
            }
            else if (!char.IsWhiteSpace(character))
            {
                word.Append(character);
                inWord = true;
            }
            else if (inWord)
            {
                words.Add(word.ToString());
                word.Clear();
                inWord = false;
            }
        }

        if (inWord)
        {
            words.Add(word.ToString());
        }

        return quote == '\0' && words is [{ Length: > 0 }, ..] ? words : null;
    }
}
