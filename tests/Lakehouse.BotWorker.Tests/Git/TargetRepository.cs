using System.Diagnostics;
using Lakehouse.Testing;

namespace Lakehouse.BotWorker.Tests.Git;

/// <summary>A real git repository that plays the user's checkout.</summary>
internal sealed class TargetRepository : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public TargetRepository()
    {
        Directory.CreateDirectory(Path);
        Run("init", "--quiet", "--initial-branch=main");
        Write("docs/PRD.md", "# PRD\n\n- [ ] Say hello [bot-eligible]\n- next\n");
        Write("src/hello.txt", "hello\n");
        Commit("start");
    }

    public string Path => _folder.In("target");

    public string Beside(string name) => _folder.In(name);

    public void Write(string path, string content)
    {
        var full = System.IO.Path.Combine(Path, path);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(full)!);
        File.WriteAllText(full, content);
    }

    public string Commit(string message)
    {
        Run("add", "--all");
        Run("-c", "user.name=Somebody", "-c", "user.email=somebody@example.invalid", "commit", "--quiet", "--message", message);
        return Run("rev-parse", "HEAD");
    }

    public string Run(params string[] arguments) => RunIn(Path, arguments);

    /// <summary>Plain git, as the user would call it.</summary>
    public static string RunIn(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("git", arguments) { WorkingDirectory = folder, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"git {string.Join(' ', arguments)}: {error}");
        return output.TrimEnd('\n');
    }

    public void Dispose() => _folder.Dispose();
}
