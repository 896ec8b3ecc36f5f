namespace Lakehouse.BotWorker.Judgement;

/// <summary>A test file, cut into its tests and what is outside of them.</summary>
/// <param name="Disabling">The lines that keep tests from running.</param>
internal sealed record TestSource(IReadOnlyList<TestBody> Tests, IReadOnlyList<string> Disabling)
{
    public static TestSource Read(string text, TestLanguage language)
    {
        var code = WithoutComments(text, language);
        var beginnings = language.Test.Matches(code);
        var tests = new List<TestBody>();
        var outside = new List<string>();
        var at = 0;
        for (var i = 0; i < beginnings.Count; i++)
        {
            var start = Math.Max(at, beginnings[i].Index);
            var next = i + 1 < beginnings.Count ? beginnings[i + 1].Index : code.Length;
            var end = TestEnd.Of(code, start, next, language);
            outside.Add(code[at..start]);
            tests.Add(Body(beginnings[i].Groups["name"].Value, code[start..end], language));
            at = end;
        }

        tests.Add(Body("", string.Join('\n', outside.Append(code[at..])), language));
        return new(tests, [.. code.Split('\n').Where(line => language.Disabled.IsMatch(line)).Select(line => line.Trim())]);
    }

    private static TestBody Body(string name, string code, TestLanguage language) =>
        new(name, string.Join('\n', code.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0)), language.Assert.Count(code));

    // lines that are comments as a whole: a test in comments is no test
    private static string WithoutComments(string text, TestLanguage language) => string.Join('\n', text.ReplaceLineEndings("\n").Split('\n').Where(line =>
    {
        var start = line.TrimStart();
        return start.StartsWith("//go:build", StringComparison.Ordinal) || !language.Comment.Any(comment => start.StartsWith(comment, StringComparison.Ordinal));
    }));
}

/// <param name="Name">Empty for all that is outside of tests.</param>
/// <param name="Text">Without indentation, blank lines and comments.</param>
internal sealed record TestBody(string Name, string Text, int Asserts);
