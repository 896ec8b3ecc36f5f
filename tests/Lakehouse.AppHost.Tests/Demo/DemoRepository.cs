using System.Text.Json.Nodes;
using Lakehouse.AppHost.Demo;
using Lakehouse.Testing;

namespace Lakehouse.AppHost.Tests.Demo;

/// <summary>The demo target in a folder of its own, worked on as the bot does: in a fresh git worktree.</summary>
internal sealed class DemoRepository : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public string Path => _folder.In("data", "target");

    public string Worktree => _folder.In("worktree");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static async Task<DemoRepository> MakeAsync()
    {
        var made = new DemoRepository();
        await DemoTarget.EnsureAsync(made.Path, Cancelled);
        await made.GitAsync("worktree", "add", "--quiet", "-b", "bot/try", made.Worktree);
        return made;
    }

    public static IReadOnlyList<string> Gaps =>
        [.. DemoFiles.Target["docs/PRD.md"].Split('\n').Where(line => line.Contains("[bot-eligible]", StringComparison.Ordinal)).Select(line => line.Trim())];

    public static string Ask(string gap, string history = "") => new Script().Answer(BotPrompt.For(gap, history), asJson: false);

    /// <summary>Writes the reply's files; fails when <c>is_new</c> does not fit what is there.</summary>
    public void Apply(string reply)
    {
        foreach (var file in JsonNode.Parse(reply)!["files"]!.AsArray())
        {
            var path = System.IO.Path.Combine(Worktree, file!["path"]!.GetValue<string>());
            Assert.Equal(file["is_new"]!.GetValue<bool>(), !File.Exists(path));
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
            File.WriteAllText(path, file["content"]!.GetValue<string>());
        }
    }

    public async Task<string> GitAsync(params string[] arguments)
    {
        await using var git = ChildProcess.Start("git", arguments, folder: Directory.Exists(Worktree) ? Worktree : Path);
        Assert.True(await git.WaitForExitAsync(Cancelled) == 0, git.Output);
        return git.Output;
    }

    /// <summary>Runs the target's own test command with an empty home, no packages and no network to fetch any from.</summary>
    public async Task<TargetTests> RunTestsAsync()
    {
        var words = DemoTarget.TestCommand.Split(' ');
        await using var tests = ChildProcess.Start(words[0], words[1..], folder: Worktree, environment: new Dictionary<string, string?>
        {
            ["HOME"] = Directory.CreateDirectory(_folder.In("home")).FullName,
            ["DOTNET_CLI_HOME"] = null,
            ["NUGET_PACKAGES"] = _folder.In("packages"),
            ["CI"] = "1",
            ["http_proxy"] = "http://127.0.0.1:9",
            ["https_proxy"] = "http://127.0.0.1:9",
            ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
            ["DOTNET_GENERATE_ASPNET_CERTIFICATE"] = "false",
            ["MSBUILDDISABLENODEREUSE"] = "1",
        });
        var exitCode = await tests.WaitForExitAsync(Cancelled);
        var last = tests.Output.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).LastOrDefault() ?? "";
        var counts = last.Split(' ', ',');
        return counts is [var passed, "passed", "", var failed, "failed"]
            ? new TargetTests(exitCode, int.Parse(passed), int.Parse(failed), tests.Output)
            : throw new InvalidOperationException(tests.Output);
    }

    public void Dispose() => _folder.Dispose();
}

internal sealed record TargetTests(int ExitCode, int Passed, int Failed, string Output);
