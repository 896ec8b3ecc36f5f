using System.Runtime.InteropServices;

namespace Lakehouse.AppHost.Engines;

/// <summary>Cancelled by Ctrl-C, SIGTERM, or the end of standard input where the starter holds its other end.</summary>
internal sealed class EngineStop : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _signals;

    public EngineStop()
    {
        _signals = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }.Select(signal => PosixSignalRegistration.Create(signal, OnSignal))];
        if (string.Equals(Environment.GetEnvironmentVariable("LAKEHOUSE_STOP_WITH_STDIN"), "true", StringComparison.OrdinalIgnoreCase))
        {
            _ = StopWithStandardInputAsync();
        }
    }

    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        Array.ForEach(_signals, signal => signal.Dispose());
        _source.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        _source.Cancel();
    }

    private async Task StopWithStandardInputAsync()
    {
        var stdin = Console.OpenStandardInput();
        var buffer = new byte[64];
        await Task.Run(() => { while (stdin.Read(buffer) > 0) { } });
        await _source.CancelAsync();
    }
}
