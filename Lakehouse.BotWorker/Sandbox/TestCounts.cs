using System.Globalization;
using System.Text.RegularExpressions;

namespace Lakehouse.BotWorker.Sandbox;

/// <summary>How many tests ran, as the known runners print it. Skipped tests did not run.</summary>
internal sealed partial record TestCounts(int Passed, int Failed)
{
    /// <returns>Null when no known form is found. Sums of the most telling form, since one command may run several projects.</returns>
    public static TestCounts? Read(string output)
    {
        try
        {
            return ReadKnownForms(output);
        }
        catch (RegexMatchTimeoutException)
        {
            // output made to be slow to read: no count, and so not green
            return null;
        }
    }

    /// <summary>Without colours, and with one kind of line ending.</summary>
    public static string Plainly(string output) => Colours().Replace(output, "").ReplaceLineEndings("\n");

    private static TestCounts? ReadKnownForms(string output)
    {
        var text = Plainly(output);
        return MicrosoftTestingPlatform(text)
            ?? Sum(VsTest(), text)
            ?? Sum(Cargo(), text)
            ?? Sum(Vitest(), text)
            ?? Sum(Jest(), text)
            ?? Separate(TapPass(), TapFail(), text)
            ?? Separate(MochaPass(), MochaFail(), text)
            ?? Separate(BunPass(), BunFail(), text)
            ?? LastPlain(text);
    }

    // "Test run summary: Passed!" … "  total: 3" "  failed: 0" "  succeeded: 3": the last block is the sum of the others
    private static TestCounts? MicrosoftTestingPlatform(string text)
    {
        var summary = text.LastIndexOf("Test run summary:", StringComparison.Ordinal);
        if (summary < 0)
        {
            return null;
        }

        var failed = MtpFailed().Match(text, summary);
        var passed = MtpSucceeded().Match(text, summary);
        return passed.Success ? new TestCounts(Number(passed, "passed"), Number(failed, "failed")) : null;
    }

    private static TestCounts? Sum(Regex form, string text)
    {
        var matches = form.Matches(text);
        return matches.Count == 0 ? null : new TestCounts(Total(matches, "passed"), Total(matches, "failed"));
    }

    private static TestCounts? Separate(Regex passes, Regex failures, string text)
    {
        var (passed, failed) = (passes.Matches(text), failures.Matches(text));
        return passed.Count == 0 && failed.Count == 0
            ? null
            : new TestCounts(Total(passed, "passed"), Total(failed, "failed"));
    }

    // only the closing line counts: a sentence of the program under test must not. What make and npm say of a red end comes after it.
    private static TestCounts? LastPlain(string text)
    {
        var last = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault(line => !Wrapper().IsMatch(line));
        return last is not null && Plain().Match(last) is { Success: true } match ? new TestCounts(Number(match, "passed"), Number(match, "failed")) : null;
    }

    private static int Total(MatchCollection matches, string group) => (int)Math.Min(int.MaxValue, matches.Sum(match => (long)Number(match, group)));

    // absent counts as none; a number beyond int is no count of tests
    private static int Number(Match match, string group) =>
        match.Groups[group] is { Success: true } found && int.TryParse(found.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Multiline;

    [GeneratedRegex(@"\x1B\[[0-9;]*[A-Za-z]", Options, 1000)]
    private static partial Regex Colours();

    [GeneratedRegex(@"^\s+succeeded: (?<passed>\d+)\s*$", Options, 1000)]
    private static partial Regex MtpSucceeded();

    [GeneratedRegex(@"^\s+failed: (?<failed>\d+)\s*$", Options, 1000)]
    private static partial Regex MtpFailed();

    // "Passed!  - Failed:     0, Passed:     3, Skipped:     0, Total:     3, Duration: 5 ms - x.dll (net10.0)"
    [GeneratedRegex(@"^\s*(Passed|Failed|Skipped)!\s+-\s+Failed:\s*(?<failed>\d+), Passed:\s*(?<passed>\d+),", Options, 1000)]
    private static partial Regex VsTest();

    // "test result: ok. 3 passed; 0 failed; 0 ignored; …"
    [GeneratedRegex(@"^test result: \w+\. (?<passed>\d+) passed; (?<failed>\d+) failed;", Options, 1000)]
    private static partial Regex Cargo();

    // "      Tests  1 failed | 3 passed (4)"
    [GeneratedRegex(@"^\s+Tests\s+((?<failed>\d+) failed( \| )?)?((?<passed>\d+) passed)?.*\(\d+\)\s*$", Options, 1000)]
    private static partial Regex Vitest();

    // "Tests:       1 failed, 1 skipped, 3 passed, 5 total"
    [GeneratedRegex(@"^Tests:\s+((?<failed>\d+) failed, )?(\d+ (skipped|todo), )*((?<passed>\d+) passed, )?\d+ total\s*$", Options, 1000)]
    private static partial Regex Jest();

    // node --test: "# pass 3" (TAP) or "ℹ pass 3" (spec reporter)
    [GeneratedRegex(@"^[#ℹ] pass +(?<passed>\d+)\s*$", Options, 1000)]
    private static partial Regex TapPass();

    [GeneratedRegex(@"^[#ℹ] fail +(?<failed>\d+)\s*$", Options, 1000)]
    private static partial Regex TapFail();

    // "  3 passing (5ms)" "  1 failing"
    [GeneratedRegex(@"^\s+(?<passed>\d+) passing( \(.*\))?\s*$", Options, 1000)]
    private static partial Regex MochaPass();

    [GeneratedRegex(@"^\s+(?<failed>\d+) failing\s*$", Options, 1000)]
    private static partial Regex MochaFail();

    // " 3 pass" " 0 fail"
    [GeneratedRegex(@"^ *(?<passed>\d+) pass\s*$", Options, 1000)]
    private static partial Regex BunPass();

    [GeneratedRegex(@"^ *(?<failed>\d+) fail\s*$", Options, 1000)]
    private static partial Regex BunFail();

    [GeneratedRegex(@"^(g?make(\[\d+\])?: |npm (ERR!|error|notice|warn)\b)", Options, 1000)]
    private static partial Regex Wrapper();

    [GeneratedRegex(@"^(?<passed>\d+) (tests? )?passed, (?<failed>\d+) (tests? )?failed\.?$", Options, 1000)]
    private static partial Regex Plain();
}
