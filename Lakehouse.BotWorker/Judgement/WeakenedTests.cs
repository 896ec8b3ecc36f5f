using System.Text.Json;
using System.Text.RegularExpressions;
using Lakehouse.BotWorker.Cycles;
using Lakehouse.BotWorker.Guardrails;

namespace Lakehouse.BotWorker.Judgement;

/// <summary>Compares the test files of a proposal with those of the base commit.</summary>
internal static class WeakenedTests
{
    private const int LongestEvidence = 160;

    /// <param name="worktree">The base commit.</param>
    public static IReadOnlyList<WeakenedTest> Find(Proposal proposal, string worktree)
    {
        var changes = proposal.Files
            .Select(file => new Change(file.Path, Existing(worktree, file.Path), file.Content))
            .Where(change => change.Before != change.After)
            .ToList();
        try
        {
            return [.. changes.SelectMany(change => Find(change, changes))];
        }
        catch (RegexMatchTimeoutException)
        {
            // made to be slow to read, which no honest test is
            return [new WeakenedTest(Weakening.TestSetup, changes[0].Path, "the test files could not be compared in time")];
        }
    }

    private static IEnumerable<WeakenedTest> Find(Change change, List<Change> all)
    {
        if (change.Before is null)
        {
            return change.IsTest && TestLanguage.Of(change.Path, change.After) is { } language ? Disabled(change.Path, null, TestSource.Read(change.After, language)) : [];
        }

        return Setup(change) is { } setup ? [setup]
            : change.IsTest && TestLanguage.Of(change.Path, change.Before) is { } known ? InTests(change, known, all)
            : [];
    }

    private static IEnumerable<WeakenedTest> InTests(Change change, TestLanguage language, List<Change> all)
    {
        var (before, after) = (TestSource.Read(change.Before!, language), TestSource.Read(change.After, language));
        // a test that moved to another file of the proposal is not gone
        var elsewhere = all.Where(other => other != change && other.IsTest && TestLanguage.Of(other.Path, "")?.Name == language.Name).SelectMany(other => TestSource.Read(other.After, language).Tests).ToList();
        var code = all.Where(other => TestFiles.IsCode(other.Path)).Select(other => other.Path).ToList();
        foreach (var test in before.Tests)
        {
            var now = after.Tests.FirstOrDefault(other => other.Name == test.Name) ?? elsewhere.Find(other => other.Name == test.Name);
            if (now is null)
            {
                yield return new(Weakening.TestDeleted, change.Path, $"test '{Short(test.Name)}' is gone or renamed");
            }
            else if (now.Asserts < test.Asserts)
            {
                yield return new(Weakening.AssertsRemoved, change.Path, $"{Named(test)} had {test.Asserts} checks and has {now.Asserts}");
            }
            else if (test.Name.Length > 0 && now.Text != test.Text && code.Count > 0)
            {
                yield return new(Weakening.TestAndCode, change.Path, $"existing {Named(test)} was changed together with {Short(string.Join(", ", code))}");
            }
        }

        foreach (var disabled in Disabled(change.Path, before, after))
        {
            yield return disabled;
        }
    }

    private static IEnumerable<WeakenedTest> Disabled(string path, TestSource? before, TestSource after)
    {
        var known = new List<string>(before?.Disabling ?? []);
        return after.Disabling.Where(line => !known.Remove(line)).Select(line => new WeakenedTest(Weakening.TestDisabled, path, $"new line '{Short(line)}'"));
    }

    private static WeakenedTest? Setup(Change change)
    {
        WeakenedTest Changed(string what) => new(Weakening.TestSetup, change.Path, what);

        return TestFiles.IsSetup(change.Path) ? Changed("says how tests are run, and was changed")
            : TestFiles.IsPackage(change.Path) && TestScripts(change.Before!) != TestScripts(change.After) ? Changed("the scripts that run the tests were changed")
            : TestFiles.IsMakefile(change.Path) && TestRules(change.Before!) != TestRules(change.After) ? Changed("the rules that run the tests were changed")
            : null;
    }

    private static string TestScripts(string package)
    {
        try
        {
            using var document = JsonDocument.Parse(package);
            return document.RootElement.TryGetProperty("scripts", out var scripts) && scripts.ValueKind == JsonValueKind.Object
                ? string.Join('\n', scripts.EnumerateObject().Where(script => script.Name.Contains("test", StringComparison.OrdinalIgnoreCase)).Select(script => script.ToString()))
                : "";
        }
        catch (Exception unread) when (unread is JsonException or InvalidOperationException)
        {
            return package;
        }
    }

    // rules whose target has "test" or "check" in it, with their recipes
    private static string TestRules(string makefile)
    {
        var (rules, inRule) = (new List<string>(), false);
        foreach (var line in makefile.ReplaceLineEndings("\n").Split('\n').Where(line => line.Trim().Length > 0))
        {
            if (!line.StartsWith('\t'))
            {
                var target = line.Split(':')[0];
                inRule = line.Contains(':', StringComparison.Ordinal) && !line.StartsWith('.') && (target.Contains("test", StringComparison.OrdinalIgnoreCase) || target.Contains("check", StringComparison.OrdinalIgnoreCase));
            }

            if (inRule)
            {
                rules.Add(line.Trim());
            }
        }

        return string.Join('\n', rules);
    }

    private static string Named(TestBody test) => test.Name.Length == 0 ? "what is outside of its tests" : $"test '{Short(test.Name)}'";

    private static string Short(string text) => text.Length <= LongestEvidence ? text : text[..LongestEvidence] + "…";

    private static string? Existing(string worktree, string path) =>
        WorktreePath.Resolve(worktree, path, out _) is { } full && File.Exists(full) ? File.ReadAllText(full) : null;

    private sealed record Change(string Path, string? Before, string After)
    {
        public bool IsTest { get; } = TestFiles.IsTest(Path);
    }
}
