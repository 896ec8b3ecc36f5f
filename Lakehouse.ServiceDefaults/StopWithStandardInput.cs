namespace Lakehouse.ServiceDefaults;

/// <summary>The agreement between a starter and what it started: when standard input ends, so do you.</summary>
public static class StopWithStandardInput
{
    public const string Setting = "LAKEHOUSE_STOP_WITH_STDIN";

    /// <summary>Returns when standard input has ended, or <paramref name="cancellationToken"/> is cancelled.</summary>
    public static async Task WaitAsync(CancellationToken cancellationToken)
    {
        var stdin = Console.OpenStandardInput();
        var buffer = new byte[256];
        try
        {
            // a read of a pipe cannot be cancelled on Unix: leave the thread to it and stop waiting
            await Task.Run(() => { while (stdin.Read(buffer) > 0) { } }, CancellationToken.None).WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
        }
        catch (IOException)
        {
            // the other end broke: the same as its end
        }
    }
}
