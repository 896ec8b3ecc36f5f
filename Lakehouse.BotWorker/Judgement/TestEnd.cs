namespace Lakehouse.BotWorker.Judgement;

/// <summary>Where a test ends. Where this is not found out, it goes on to the next one.</summary>
internal static class TestEnd
{
    /// <param name="next">Where the next test begins, or the end of the file.</param>
    public static int Of(string code, int start, int next, TestLanguage language) =>
        start >= next ? next
        : language.HasBraces ? Math.Min(next, AfterBlock(code, start, quotesOnce: language.Name == "JavaScript"))
        : language.IsIndented ? Math.Min(next, AfterIndented(code, start))
        : Math.Min(next, AfterFunctionOrLine(code, start));

    // the brace or the semicolon with which nothing is open any more
    private static int AfterBlock(string code, int start, bool quotesOnce)
    {
        var depth = 0;
        for (var i = start; i < code.Length; i++)
        {
            var character = code[i];
            if (character == '"' || (quotesOnce && character is '\'' or '`'))
            {
                i = AfterText(code, i);
            }
            else if (character is '(' or '[' or '{')
            {
                depth++;
            }
            else if (character is ')' or ']' or '}' && --depth < 0)
            {
                return i;
            }

            if (depth == 0 && (character is ';' or '}'))
            {
                return i + 1;
            }
        }

        return code.Length;
    }

    private static int AfterText(string code, int start)
    {
        for (var i = start + 1; i < code.Length; i++)
        {
            if (code[i] == '\\')
            {
                i++;
            }
            else if (code[i] == code[start] || (code[i] == '\n' && code[start] != '`'))
            {
                return i;
            }
        }

        return code.Length;
    }

    // "check 'adds' …" is one line; a function ends with the brace that begins a line
    private static int AfterFunctionOrLine(string code, int start)
    {
        var first = AfterBlanks(code, start);
        var line = code.IndexOf('\n', first);
        var end = line > 0 && code[first..line].TrimEnd().EndsWith('{') ? code.IndexOf("\n}", first, StringComparison.Ordinal) + 1 : line;
        return end > 0 ? end : code.Length;
    }

    private static int AfterIndented(string code, int start)
    {
        var first = AfterBlanks(code, start);
        var indent = Indent(code, first);
        for (var line = code.IndexOf('\n', first) + 1; line > 0 && line < code.Length; line = code.IndexOf('\n', line) + 1)
        {
            if (code[line] != '\n' && Indent(code, line) <= indent)
            {
                return line;
            }
        }

        return code.Length;
    }

    private static int AfterBlanks(string code, int start)
    {
        var at = start;
        while (at < code.Length && code[at] == '\n')
        {
            at++;
        }

        return at;
    }

    private static int Indent(string code, int line)
    {
        var at = line;
        while (at < code.Length && code[at] is ' ' or '\t')
        {
            at++;
        }

        return at - line;
    }
}
