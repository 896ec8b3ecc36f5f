using Lakehouse.Testing;

namespace Lakehouse.BotWorker.Tests.Worker.Kills;

/// <summary>The target's tests run and do not end.</summary>
/// <param name="folder">That the tests can look into.</param>
/// <param name="worktrees">Where the worker puts its worktrees.</param>
internal sealed class TestsPoint(string folder, string worktrees) : IKillPoint
{
    private string Hold => Path.Combine(folder, "tests");

    /// <summary>Makes the target's tests wait where they are told to.</summary>
    public static async Task InstallAsync(WorkerHost worker, string folder)
    {
        var target = worker.Target;
        var check = await File.ReadAllTextAsync(Path.Combine(target.Path, "check.sh"), TestContext.Current.CancellationToken);
        await target.WriteAsync("check.sh", $"if [ -f '{folder}/tests' ]; then touch started; (setsid sleep 600 &); sleep 600; fi\n{check}");
        await target.CommitAsync("Wait where it is said");
        worker.Settings["Bot:Sandbox:Read:0"] = Directory.CreateDirectory(folder).FullName;
    }

    public Task ArmAsync() => File.WriteAllTextAsync(Hold, "", TestContext.Current.CancellationToken);

    public Task ReachedAsync() => Eventually.TrueAsync(
        () => Task.FromResult(Directory.Exists(worktrees) && Directory.EnumerateDirectories(worktrees).Any(worktree => File.Exists(Path.Combine(worktree, "started")))),
        TestContext.Current.CancellationToken);

    public Task LiftAsync()
    {
        File.Delete(Hold);
        return Task.CompletedTask;
    }
}
