namespace Lakehouse.BotWorker.Judgement;

/// <summary>What a file is, by its path: a test, what decides which tests are run, code, or something that nobody runs.</summary>
internal static class TestFiles
{
    private static readonly HashSet<string> TestFolders = ["test", "tests", "spec", "specs", "__tests__", "e2e", "t", "testing"];

    private static readonly HashSet<string> Setups =
        ["pytest.ini", "tox.ini", "conftest.py", "noxfile.py", ".mocharc", "xunit.runner.json", "testconfig.json", "karma.conf.js", "nextest.toml", "phpunit.xml", ".rspec"];

    private static readonly string[] SetupBeginnings = ["jest.config.", "vitest.config.", "vitest.workspace.", "playwright.config.", ".mocharc.", "ava.config.", "cypress.config."];

    private static readonly string[] Makefiles = ["makefile", "gnumakefile", "justfile"];

    private static readonly string[] Prose = [".md", ".txt", ".rst", ".adoc", ".svg", ".png", ".gitignore"];

    public static bool IsTest(string path)
    {
        var segments = path.Split('/');
        var stem = Path.GetFileNameWithoutExtension(segments[^1]);
        return TestLanguage.Knows(path)
            && (segments[..^1].Any(IsTestFolder)
                || stem.EndsWith("Tests", StringComparison.Ordinal) || stem.EndsWith("Test", StringComparison.Ordinal) || stem.EndsWith("Spec", StringComparison.Ordinal)
                || stem.EndsWith("_test", StringComparison.Ordinal) || stem.EndsWith(".test", StringComparison.Ordinal) || stem.EndsWith(".spec", StringComparison.Ordinal)
                || stem.StartsWith("test_", StringComparison.Ordinal) || stem.StartsWith("test-", StringComparison.Ordinal) || stem is "test" or "tests" or "check"
                || path.EndsWith(".bats", StringComparison.Ordinal));
    }

    /// <summary>Whole files that say how tests are run. Of makefiles and package.json only a part does.</summary>
    public static bool IsSetup(string path)
    {
        var name = Path.GetFileName(path).ToLowerInvariant();
        return Setups.Contains(name) || name.EndsWith(".runsettings", StringComparison.Ordinal) || SetupBeginnings.Any(beginning => name.StartsWith(beginning, StringComparison.Ordinal));
    }

    public static bool IsPackage(string path) => Path.GetFileName(path) == "package.json";

    public static bool IsMakefile(string path) => Makefiles.Contains(Path.GetFileName(path).ToLowerInvariant()) || path.EndsWith(".mk", StringComparison.Ordinal);

    /// <summary>What tests may be about.</summary>
    public static bool IsCode(string path) => !IsTest(path) && !IsSetup(path) && !Prose.Contains(Path.GetExtension(path).ToLowerInvariant());

    // "tests", "Shifts.Tests", "unit-tests"
    private static bool IsTestFolder(string folder)
    {
        var name = folder.ToLowerInvariant();
        return TestFolders.Contains(name) || name.EndsWith(".tests", StringComparison.Ordinal) || name.EndsWith(".test", StringComparison.Ordinal)
            || name.EndsWith("-tests", StringComparison.Ordinal) || name.EndsWith("_tests", StringComparison.Ordinal);
    }
}
