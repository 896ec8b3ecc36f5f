using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Staffing.Generation;

namespace Lakehouse.Gateway.Staffing.Loading;

/// <summary>The load that runs in this gateway's background, or ran last.</summary>
internal sealed partial class LoadRunner(IConfiguration configuration, TimeProvider time, ILogger<LoadRunner> logger) : IHostedService, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;
    private LoadProgress? _progress;

    public LoadView? View => Volatile.Read(ref _progress)?.View();

    /// <exception cref="ApiError">409: another one runs, here or elsewhere.</exception>
    public async Task<LoadView> StartAsync(DatasetShape shape, CancellationToken cancellationToken)
    {
        var writer = await StaffingWriter.OpenAsync(configuration.GetConnectionString("lakehouse")!, cancellationToken);
        // whoever holds the writer is alone
        var progress = new LoadProgress(shape, time);
        Volatile.Write(ref _progress, progress);
        _running = Task.Run(() => RunAsync(writer, progress), CancellationToken.None);
        return progress.View();
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await _running.WaitAsync(cancellationToken);
    }

    public void Dispose() => _stop.Dispose();

    private async Task RunAsync(StaffingWriter writer, LoadProgress progress)
    {
        string? error = null;
        try
        {
            await DatasetLoad.RunAsync(writer, progress, time, (table, took) => LogTable(table.Name, table.Rows(progress.Shape), took.TotalSeconds), _stop.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            error = "The gateway was stopped; the data is as it was before.";
        }
        catch (Exception problem)
        {
            LogFailed(problem);
            error = "The load failed; the gateway's log says why. The data is as it was before.";
        }
        finally
        {
            // the lock goes before the end is told, so that who reads it may start the next
            await writer.DisposeAsync();
            progress.End(error);
        }
    }

    [LoggerMessage(LogLevel.Information, "Staffing: {Table} has {Rows} rows, generated, loaded and indexed in {Seconds:0.0} s.")]
    private partial void LogTable(string table, int rows, double seconds);

    [LoggerMessage(LogLevel.Error, "The staffing data could not be loaded.")]
    private partial void LogFailed(Exception problem);
}
