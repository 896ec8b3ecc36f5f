using System.Text.RegularExpressions;

namespace Lakehouse.BotWorker.Sandbox;

/// <summary>The names of failed tests, as the known runners print them.</summary>
internal static partial class TestNames
{
    private const int Most = 200;
    private const int Longest = 200;

    /// <returns>Empty where not each of them is named: then only numbers can be compared.</returns>
    public static IReadOnlyList<string> Failed(string output, TestCounts? counts)
    {
        if (counts is not { Failed: > 0 } || output.Contains(CappedOutput.LeftOut, StringComparison.Ordinal))
        {
            return [];
        }

        try
        {
            var names = ReadKnownForms(TestCounts.Plainly(output));
            return names.Count >= counts.Failed && names.Count <= Most ? names : [];
        }
        catch (RegexMatchTimeoutException)
        {
            return [];
        }
    }

    private static List<string> ReadKnownForms(string text)
    {
        var tap = Tap(text);
        if (tap.Count > 0)
        {
            return tap;
        }

        foreach (var form in (Regex[])[Cargo(), Go(), Pytest(), VsTest(), MicrosoftTestingPlatform(), Spec(), Vitest(), Jest(), Bun(), Plain()])
        {
            var names = form.Matches(text).Select(match => Short(match.Groups["name"].Value)).Distinct(StringComparer.Ordinal).ToList();
            if (names.Count > 0)
            {
                return names;
            }
        }

        return [];
    }

    // "# Subtest: suite" before, "    not ok 1 - inner" inside, "not ok 3 - suite" after: the indentation is the path
    private static List<string> Tap(string text)
    {
        var (path, names) = (new List<string>(), new List<string>());
        foreach (Match line in TapLine().Matches(text))
        {
            var depth = line.Groups["indent"].Length / 4;
            if (line.Groups["begins"].Success)
            {
                path.RemoveRange(Math.Min(depth, path.Count), Math.Max(0, path.Count - depth));
                path.Add(line.Groups["begins"].Value.Trim());
            }
            else if (!line.Groups["excused"].Success)
            {
                names.Add(Short(string.Join(" > ", path.Take(depth).Append(line.Groups["name"].Value.Trim()))));
            }
        }

        return [.. names.Distinct(StringComparer.Ordinal)];
    }

    private static string Short(string name) => name.Length <= Longest ? name.Trim() : name[..Longest].Trim() + "…";

    private const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Multiline;

    [GeneratedRegex(@"^(?<indent> *)(# Subtest: (?<begins>.+)|not ok \d+( - | )(?<name>[^\n]*?)(?<excused> # (SKIP|TODO)\b.*)?)$", Options, 1000)]
    private static partial Regex TapLine();

    // "  Failed Shop.CartTests.Adds [12 ms]"
    [GeneratedRegex(@"^\s*Failed (?<name>\S[^\n]*?) \[<? ?[\d.,]+ ?\w+[^\]\n]*\]\s*$", Options, 1000)]
    private static partial Regex VsTest();

    // "failed Shop.CartTests.Adds (12ms)"
    [GeneratedRegex(@"^failed (?<name>\S[^\n]*?) \([\d hms.]+\)\s*$", Options, 1000)]
    private static partial Regex MicrosoftTestingPlatform();

    [GeneratedRegex(@"^test (?<name>\S+)( - [^\n]*)? \.\.\. FAILED\s*$", Options, 1000)]
    private static partial Regex Cargo();

    [GeneratedRegex(@"^\s*--- FAIL: (?<name>\S+) \(", Options, 1000)]
    private static partial Regex Go();

    [GeneratedRegex(@"^FAILED (?<name>\S+::[^\n]+?)( - [^\n]*)?$", Options, 1000)]
    private static partial Regex Pytest();

    // node --test, spec reporter: "✖ adds (1.2ms)", in the tree and again in the list at the end
    [GeneratedRegex(@"^\s*✖ (?<name>\S[^\n]*?) \([\d.]+ms\)\s*$", Options, 1000)]
    private static partial Regex Spec();

    [GeneratedRegex(@"^\s*FAIL\s+(?<name>\S[^\n]* > [^\n]+?)( \d+ms)?\s*$", Options, 1000)]
    private static partial Regex Vitest();

    [GeneratedRegex(@"^\s*● (?<name>\S[^\n]*?)\s*$", Options, 1000)]
    private static partial Regex Jest();

    [GeneratedRegex(@"^\(fail\) (?<name>\S[^\n]*?)( \[[\d.]+\w*\])?\s*$", Options, 1000)]
    private static partial Regex Bun();

    // "FAILED  ShiftTests.Adds: expected 3", "FAIL: adds"
    [GeneratedRegex(@"^FAIL(ED)?:?\s+(?<name>[^\s:][^:\n]*?)\s*(:[^\n]*)?$", Options, 1000)]
    private static partial Regex Plain();
}
