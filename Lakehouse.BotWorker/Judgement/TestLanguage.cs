using System.Text.RegularExpressions;

namespace Lakehouse.BotWorker.Judgement;

/// <summary>How tests look in one language. Regular expressions and no parser: what they do not recognise is not flagged.</summary>
/// <param name="Comment">How a line that is a comment begins.</param>
/// <param name="Test">Where a test begins; group <c>name</c>.</param>
/// <param name="Disabled">What keeps a test, or all but one, from running.</param>
/// <param name="Assert">One thing that is checked.</param>
internal sealed partial record TestLanguage(string Name, string[] Extensions, string[] Comment, Regex Test, Regex Disabled, Regex Assert)
{
    private const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Multiline;

    private static readonly string[] Slashes = ["//", "/*", "*"];
    private static readonly string[] Hash = ["#"];

    private static readonly TestLanguage[] All =
    [
        new("C#", [".cs"], Slashes, CSharpTest(), CSharpDisabled(), CSharpAssert()),
        new("JavaScript", [".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx"], Slashes, JavaScriptTest(), JavaScriptDisabled(), JavaScriptAssert()),
        new("Python", [".py"], Hash, PythonTest(), PythonDisabled(), PythonAssert()),
        new("Go", [".go"], Slashes, GoTest(), GoDisabled(), GoAssert()),
        new("Rust", [".rs"], Slashes, RustTest(), RustDisabled(), RustAssert()),
        new("C", [".c", ".h", ".cc", ".cpp"], Slashes, CTest(), CDisabled(), CAssert()),
        new("shell", [".sh", ".bash", ".bats"], Hash, ShellTest(), ShellDisabled(), ShellAssert()),
    ];

    /// <summary>Where blocks have braces, a test ends with its own; in Python with its indentation; in shell with its function or line.</summary>
    public bool HasBraces => Comment == Slashes;

    public bool IsIndented => Name == "Python";

    /// <param name="text">Of the base commit: in a suite of C# without attributes, each public method without a result is a test.</param>
    /// <returns>Null for a file in no language that is known here.</returns>
    public static TestLanguage? Of(string path, string text)
    {
        var language = Array.Find(All, language => language.Extensions.Contains(Path.GetExtension(path).ToLowerInvariant()));
        return language is { Name: "C#" } && !language.Test.IsMatch(text) ? language with { Test = CSharpMethod() } : language;
    }

    public static bool Knows(string path) => Of(path, "") is not null;

    [GeneratedRegex(@"^[ \t]*\[[^\]\n]*\b(Fact|Theory|Test|TestCase|TestMethod|DataTestMethod|Property)\b[^\n]*(\n[ \t]*\[[^\n]*)*\n?[^\n(]*?\b(?<name>\w+)\s*(<[^>\n]*>)?\(", Options, 1000)]
    private static partial Regex CSharpTest();

    [GeneratedRegex(@"^[ \t]*public (static )?(async )?(void|Task|ValueTask) (?<name>\w+)\(", Options, 1000)]
    private static partial Regex CSharpMethod();

    [GeneratedRegex(@"\bSkip\s*=|\[\s*(Ignore|Explicit)\b|\bAssert\.(Skip|Ignore|Inconclusive|Pass)\w*\(|^\s*#if\b", Options, 1000)]
    private static partial Regex CSharpDisabled();

    [GeneratedRegex(@"\[(InlineData|TestCase)\(|\b(Assert|Check|CollectionAssert|StringAssert|Verify)\b\.?\w*\s*(<[^>\n]*>)?\(|\.Should\(|\bShould\w*\(", Options, 1000)]
    private static partial Regex CSharpAssert();

    [GeneratedRegex(@"(?<![\w.])(it|test|t\.test)(\.(only|skip|todo|concurrent|each\([^\n]*?\)))*\s*\(\s*(?<quote>['""`])(?<name>[^\n]*?)\k<quote>", Options, 1000)]
    private static partial Regex JavaScriptTest();

    [GeneratedRegex(@"(?<![\w.])(x(it|test|describe)|f(it|describe))\s*\(|\b(it|test|describe|suite)\.(skip|todo|only|failing)\b|\bskip\s*:|\btodo\s*:|\bonly\s*:|\bt\.(skip|todo)\(|\bthis\.skip\(", Options, 1000)]
    private static partial Regex JavaScriptDisabled();

    [GeneratedRegex(@"(?<![\w.])assert(\.\w+)*\s*\(|(?<![\w.])expect\s*\(|\.should\b|\bt\.(assert\.\w+|is|not|deepEqual|equal|ok|true|false|throws|same|like|match)\s*\(", Options, 1000)]
    private static partial Regex JavaScriptAssert();

    [GeneratedRegex(@"^\s*(async )?def (?<name>test\w*)\s*\(", Options, 1000)]
    private static partial Regex PythonTest();

    [GeneratedRegex(@"@pytest\.mark\.(skip|xfail)\w*|@(unittest\.)?(skip\w*|expectedFailure)\b|\bpytest\.(skip|xfail|importorskip)\(|\bself\.skipTest\(|\b__test__\s*=\s*False", Options, 1000)]
    private static partial Regex PythonDisabled();

    [GeneratedRegex(@"^\s*assert\b|\bself\.(assert\w+|fail)\(|\bpytest\.(raises|warns|fail)\(", Options, 1000)]
    private static partial Regex PythonAssert();

    [GeneratedRegex(@"^func (\([^)\n]*\) )?(?<name>(Test|Fuzz|Example)\w*)\s*\(", Options, 1000)]
    private static partial Regex GoTest();

    [GeneratedRegex(@"\b[tbf]\.(Skip|Skipf|SkipNow)\(|^//go:build\b|^// \+build\b", Options, 1000)]
    private static partial Regex GoDisabled();

    [GeneratedRegex(@"\b[tbf]\.(Error|Errorf|Fatal|Fatalf|Fail|FailNow)\(|\b(assert|require)\.\w+\(", Options, 1000)]
    private static partial Regex GoAssert();

    [GeneratedRegex(@"^\s*#\[(\w+::)?test[^\n]*\n(\s*#\[[^\n]*\n)*\s*(pub )?(async )?fn (?<name>\w+)", Options, 1000)]
    private static partial Regex RustTest();

    [GeneratedRegex(@"#\[ignore\b|#\[should_panic\b|#\[cfg\((?!test\))", Options, 1000)]
    private static partial Regex RustDisabled();

    [GeneratedRegex(@"\b(debug_)?assert\w*!\s*[(\[{]|\bpanic!\s*\(", Options, 1000)]
    private static partial Regex RustAssert();

    [GeneratedRegex(@"^(static )?(void|int|bool) (?<name>test_\w+|\w+_test)\s*\(|^TEST\w*\((?<name>[^)\n]*)\)", Options, 1000)]
    private static partial Regex CTest();

    [GeneratedRegex(@"^\s*#\s*if(def|ndef)?\b|\bGTEST_SKIP\b|\bDISABLED_\w+|\bTEST_IGNORE\w*\b", Options, 1000)]
    private static partial Regex CDisabled();

    [GeneratedRegex(@"\b(assert|check|expect|require|fail)\w*\s*\(|\b(ASSERT|CHECK|EXPECT|REQUIRE|TEST_ASSERT)\w*\s*\(", Options, 1000)]
    private static partial Regex CAssert();

    [GeneratedRegex(@"^\s*(function\s+)?(?<name>test_\w+|\w+_test)\s*\(\)|^@test ['""](?<name>[^\n]*)['""]|^\s*(check|it|run_test|t)\s+(?<quote>['""])(?<name>[^\n]*?)\k<quote>", Options, 1000)]
    private static partial Regex ShellTest();

    [GeneratedRegex(@"\|\|\s*(true|:)(?!\w)|^\s*(skip|return|exit)(\s+0)?\s*$|^\s*skip\b|\bset \+e\b", Options, 1000)]
    private static partial Regex ShellDisabled();

    [GeneratedRegex(@"(?<![\w-])(check|expect|assert\w*|fail|diff|cmp|test|grep -q\w*)\s|(?<!\w)\[\[?\s|\b(exit|return) [1-9]", Options, 1000)]
    private static partial Regex ShellAssert();
}
