using System.Security.Cryptography;
using System.Text;
using Lakehouse.AppHost.Demo;

namespace Lakehouse.AppHost.Tests.Demo;

/// <summary>What the script is asked, in the form that the bot gives to it.</summary>
internal static class BotPrompt
{
    public const string Rules = """
        Answer with one JSON object and nothing else, in one of these three forms:
        {"summary": "one or two sentences for the reviewer", "files": [{"path": "relative/path", "content": "the whole new content", "is_new": false}]}
        {"nothing_to_do": "why the repository already meets the line"}
        {"cannot": "why this cannot be done under these rules"}
        """;

    public const string TestsFailed = """
        Prior attempts on this gap (1 most recent):
        - 2026-04-22 03:15 UTC — tests_failed
          reason: 1 of 9 tests failed
          files: src/Shifts/Shift.cs, tests/Shifts.Tests/NightShiftTests.cs
        Learn from these: build on what worked, avoid paths that failed.
        """;

    /// <summary>Every file is quoted, the PRD with the lines of all gaps among them: only the gap's own section may decide.</summary>
    public static string For(string gap, string history = "", IReadOnlyDictionary<string, string>? merged = null)
    {
        var files = new SortedDictionary<string, string>(DemoFiles.Target.ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal);
        foreach (var (path, text) in merged ?? new Dictionary<string, string>())
        {
            files[path] = text;
        }

        var prompt = new StringBuilder();
        prompt.Append($"{Rules}\nThe line of docs/PRD.md to meet (gap {IdOf(gap)}):\n<<<data-0123456789ab requirement\n{gap}\ndata-0123456789ab>>>\n");
        prompt.Append($"\n{history}\nThe files of the repository:\n{string.Join('\n', files.Keys)}\n");
        foreach (var (path, content) in files)
        {
            prompt.Append($"<<<data-0123456789ab content of {path}\n{content}\ndata-0123456789ab>>>\n");
        }

        return prompt.ToString();
    }

    private static string IdOf(string gap) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(gap)))[..12];
}
