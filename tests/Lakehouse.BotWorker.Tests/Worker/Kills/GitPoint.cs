using Lakehouse.BotWorker.Tests.Git;
using Lakehouse.Testing;

namespace Lakehouse.BotWorker.Tests.Worker.Kills;

/// <summary>A call of git has done its work and does not come back: the <c>git</c> on the worker's PATH is a script.</summary>
/// <param name="folder">Of the script; it and nothing else of the worker knows it.</param>
/// <param name="words">Of the call that is held, e.g. <c>worktree add</c>.</param>
internal sealed class GitPoint(string folder, string words) : IKillPoint
{
    private string Held => Path.Combine(folder, "held");

    private string Words => Path.Combine(folder, "words");

    /// <summary>Makes the script and lets the worker find it first.</summary>
    public static void Install(WorkerHost worker, string folder)
    {
        var path = Environment.GetEnvironmentVariable("PATH")!;
        var git = path.Split(':').Select(place => Path.Combine(place, "git")).First(File.Exists);
        Script.Write(Path.Combine(folder, "git"),
            $"""
            #!/bin/sh
            [ -f '{folder}/words' ] || exec '{git}' "$@"
            read -r words < '{folder}/words'
            case " $* " in *" $words "*) ;; *) exec '{git}' "$@" ;; esac
            '{git}' "$@"
            echo $$ > '{folder}/held'
            exec sleep 600
            """);
        worker.Settings["PATH"] = $"{folder}:{path}";
    }

    public Task ArmAsync() => File.WriteAllTextAsync(Words, words + "\n", TestContext.Current.CancellationToken);

    public Task ReachedAsync() => Eventually.TrueAsync(() => Task.FromResult(File.Exists(Held)), TestContext.Current.CancellationToken);

    public Task LiftAsync()
    {
        File.Delete(Words);
        File.Delete(Held);
        return Task.CompletedTask;
    }
}
