using System.Text;

namespace Lakehouse.BotWorker.Sandbox;

/// <summary>Splits a configured line into words: blanks, quotes and backslashes as in a shell, and nothing else of a shell.</summary>
internal static class CommandLine
{
    public static IReadOnlyList<string> Split(string line)
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

        if (quote != '\0')
        {
            throw new FormatException($"Bot:TestCommand '{line}' has an open quote ({quote}).");
        }

        if (inWord)
        {
            words.Add(word.ToString());
        }

        return words.Count > 0 && words[0].Length > 0 ? words : throw new FormatException($"Bot:TestCommand '{line}' names no program.");
    }
}
