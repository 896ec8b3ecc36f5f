namespace Lakehouse.BotWorker.Sandbox;

/// <summary>Looks at a run several times a second, and says which of its limits it passed. Kernels limit this only for whom root trusts.</summary>
internal static class SandboxWatch
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <returns>What was passed, as the end of a sentence.</returns>
    public static async Task<string> WaitAsync(int root, CappedOutput output, SandboxOptions limits, CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(Pause, TimeProvider.System, cancellationToken);
            var usage = OperatingSystem.IsLinux() ? ProcessUsage.Of(root) : new(0, 0);
            if (usage.Processes > limits.Processes)
            {
                return $"had {usage.Processes} processes at a time, with {limits.Processes} allowed (Bot:Sandbox:Processes)";
            }

            if (usage.MemoryBytes > limits.MemoryMb * 1_000_000L)
            {
                return $"took {usage.MemoryBytes / 1_000_000} MB of memory, with {limits.MemoryMb} allowed (Bot:Sandbox:MemoryMb)";
            }

            if (output.Length > limits.OutputMb * 1_000_000L)
            {
                return $"printed more than {limits.OutputMb} MB (Bot:Sandbox:OutputMb)";
            }
        }
    }
}
