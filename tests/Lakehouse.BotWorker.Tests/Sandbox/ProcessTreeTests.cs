using System.Diagnostics;
using Lakehouse.BotWorker.Sandbox;

namespace Lakehouse.BotWorker.Tests.Sandbox;

public sealed class ProcessTreeTests
{
    private static readonly TimeSpan ManyTimesEnough = TimeSpan.FromSeconds(6);

    [Fact]
    public async Task Dead_processes_whose_parent_takes_no_note_of_it_are_not_waited_for()
    {
        const int Count = 12;
        var (cancelled, marker) = (TestContext.Current.CancellationToken, Guid.NewGuid().ToString("N"));
        using var ended = Start("true");
        await ended.WaitForExitAsync(cancelled);
        // once it is a sleep itself, it never asks what became of its children
        using var parent = Start("sh", "-c", $"for i in $(seq {Count}); do {SandboxEnvironment.Marker}={marker} sleep 1000 >/dev/null & done; echo started; exec sleep 1000");
        try
        {
            Assert.Equal("started", await parent.StandardOutput.ReadLineAsync(cancelled));
            var watch = Stopwatch.StartNew();

            ProcessTree.Kill(ended, marker);

            Assert.True(watch.Elapsed < ManyTimesEnough, $"It took {watch.Elapsed}; a second is waited at most for each of {Count}.");
            Assert.False(parent.HasExited);
        }
        finally
        {
            parent.Kill(entireProcessTree: true);
        }
    }

    private static Process Start(string program, params string[] arguments) => Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, UseShellExecute = false })!;
}
