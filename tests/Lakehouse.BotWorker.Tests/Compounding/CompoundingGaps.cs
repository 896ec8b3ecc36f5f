using Lakehouse.BotWorker.Cycles;
using Lakehouse.BotWorker.Tests.Worker;
using static Lakehouse.BotWorker.Tests.Compounding.CompoundingGap;

namespace Lakehouse.BotWorker.Tests.Compounding;

/// <summary>Twelve gaps. Those that do not fail stand between the others: the policy stops after five failures in a row.</summary>
internal static class CompoundingGaps
{
    public const string Notes = "notes\n";
    public const string WindowsLines = "one\r\ntwo\r\n";

    /// <summary>Its failures are put together when it runs, so that their words are nowhere in the repository.</summary>
    public const string Check = """
        passed=1 failed=0
        verdict() { if [ "$1" = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAIL: $2 $3"; fi; }
        [ ! -e upload.txt ] || grep -qx limit=250 upload.txt; verdict $? upload.txt "must say limit=250"
        [ ! -e names.txt ] || LC_ALL=C sort -c names.txt 2>/dev/null; verdict $? names.txt "is not sorted"
        echo "$passed passed, $failed failed"
        [ $failed = 0 ]

        """;

    public static IReadOnlyList<CompoundingGap> All { get; } =
    [
        new("upload.txt has the limit of an upload", "a test fails, which names the value", CycleOutcome.TestsFailed, @"upload\.txt must say (limit=\d+)", File("upload.txt", "limit=100\n"), clue => File("upload.txt", clue.Groups[1].Value + "\n")),
        new("names.txt lists ash, beech and yew", "a test fails, which names the order", CycleOutcome.TestsFailed, @"(names\.txt) is not sorted", File("names.txt", "yew\nash\nbeech\n"), clue => File(clue.Groups[1].Value, "ash\nbeech\nyew\n")),
        new("package.json is there", "a guardrail refuses a lock file", CycleOutcome.ProposalRejected, @"package-lock\.json: lock files are written by their package manager", Files(("package.json", "{}\n"), ("package-lock.json", "{}\n")), _ => File("package.json", "{}\n")),
        new("hello.txt greets the product", "a reviewer closes the draft", CycleOutcome.Ok, @"the product, which is called (\w+)", File("hello.txt", "welcome\n"), clue => File("hello.txt", $"welcome to {clue.Groups[1].Value}\n"))
        {
            Objection = new("It has to greet the product, which is called Lakehouse.", Closes: true, Wanted: "welcome to Lakehouse\n"),
        },
        new("windows.txt counts to three", "a guardrail refuses the line endings", CycleOutcome.ProposalRejected, @"windows\.txt: the file's lines end in CRLF; the content brings LF", File("windows.txt", "one\ntwo\nthree\n", isNew: false), _ => File("windows.txt", "one\r\ntwo\r\nthree\r\n", isNew: false)),
        new("Every tree has a page", "the policy finds it too large", CycleOutcome.ProposalRejected, @"\d+ files are more than the (\d+) that a person reviews", Pages(9), clue => Pages(int.Parse(clue.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture))),
        new("notes.txt has a second line", "it does not fit the tree", CycleOutcome.ApplyFailed, @"(notes\.txt) was proposed as new, but it exists", File("notes.txt", "notes\nmore\n"), clue => File(clue.Groups[1].Value, "notes\nmore\n", isNew: false)),
        new("bye.txt takes leave", "a reviewer wants another text of the open draft", CycleOutcome.Ok, @"'(\w+)' is enough", File("bye.txt", "Goodbye, and thank you for your visit.\n"), clue => File("bye.txt", clue.Groups[1].Value + "\n"))
        {
            Objection = new("Nobody reads that much: 'bye' is enough.", Closes: false, Wanted: "bye\n"),
        },
        new("palette.txt has a third colour", "the model says that it cannot", CycleOutcome.ProposalRejected, "it cannot: the third colour has no name, a hex code (#[0-9a-f]{6}) would do", """{"cannot":"the third colour has no name, a hex code #1b9e77 would do"}""", clue => File("palette.txt", $"third={clue.Groups[1].Value}\n")),
        new("plain.txt is there", "the answer cannot be read", CycleOutcome.ModelFailed, "The model's answer could not be read", "+++ b/plain.txt\n+plain\n", _ => File("plain.txt", "plain\n")),
        new("notes.txt says that it is longer", "the files are as they were", CycleOutcome.CycleNoop, @"cycle_noop\n  reason: .*identical", File("notes.txt", Notes, isNew: false), _ => File("notes.txt", "longer notes\n", isNew: false)),
        new("thanks.txt thanks", "nothing", CycleOutcome.Ok, "this one needs no clue", File("thanks.txt", "thanks\n"), _ => throw new InvalidOperationException("It has landed.")),
    ];

    private static string Files(params (string Path, string Content)[] files) => StubGateway.Files("Write files", [.. files.Select(file => (file.Path, file.Content, true))]);

    private static string Pages(int count) => Files([.. Enumerable.Range(1, count).Select(number => ($"trees/{number}.txt", $"tree {number}\n"))]);
}
