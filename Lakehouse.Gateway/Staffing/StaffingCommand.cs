using System.Globalization;
using System.Runtime.InteropServices;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Staffing.Generation;
using Lakehouse.Gateway.Staffing.Loading;
using Lakehouse.ServiceDefaults;
using Npgsql;

namespace Lakehouse.Gateway.Staffing;

/// <summary>
/// <c>staffing load [--workers N] [--seed N]</c>: generates the data into the configured Postgres, with progress, and starts nothing. Ends
/// with 0 where it is loaded, 1 where Postgres does not answer or refuses, 2 where the command line is wrong, 130 where it is stopped.
/// </summary>
internal static class StaffingCommand
{
    public const string Name = "staffing";
    private static readonly TimeSpan Tell = TimeSpan.FromSeconds(1);

    private static readonly string Usage =
        $"usage: staffing load [--workers N] [--seed N]; N workers are 1 to {DatasetShape.MostWorkers} (default {DatasetShape.DefaultWorkers}), the seed is a whole number (default {DatasetShape.DefaultSeed}). Set ConnectionStrings__lakehouse to the gateway's PostgreSQL connection string.";

    /// <summary>From the shell, with the gateway's own settings.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        return await RunAsync(arguments, WebApplication.CreateBuilder().Configuration, Console.Out, Console.Error, stop.Token);

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }
    }

    public static async Task<int> RunAsync(string[] arguments, IConfiguration configuration, TextWriter output, TextWriter errors, CancellationToken stop)
    {
        try
        {
            var shape = Shape(arguments);
            var connection = configuration.GetConnectionString("lakehouse") ?? throw new FormatException($"ConnectionStrings:lakehouse is missing; {Usage}");
            await LoadAsync(connection, shape, output, stop);
            return 0;
        }
        catch (FormatException problem)
        {
            await errors.WriteLineAsync(problem.Message);
            return 2;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await errors.WriteLineAsync("Stopped; the data is as it was before.");
            return 130;
        }
        catch (Exception problem) when (problem is NpgsqlException or ApiError)
        {
            await errors.WriteLineAsync(problem.Message);
            return 1;
        }
    }

    private static async Task LoadAsync(string connection, DatasetShape shape, TextWriter output, CancellationToken stop)
    {
        await Migrations.ApplyAsync(connection, "gateway", typeof(StaffingCommand).Assembly, stop);
        await using var writer = await StaffingWriter.OpenAsync(connection, stop);
        var progress = new LoadProgress(shape, TimeProvider.System);
        using var told = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var telling = TellAsync(progress, output, told.Token);
        try
        {
            await DatasetLoad.RunAsync(writer, progress, TimeProvider.System, (table, took) => output.WriteLine($"{table.Name}: {table.Rows(shape):N0} rows, generated, loaded and indexed in {took.TotalSeconds:0.0} s"), stop);
            progress.End(null);
        }
        finally
        {
            await told.CancelAsync();
            await telling;
        }

        await output.WriteLineAsync(progress.View().ToString());
    }

    private static async Task TellAsync(LoadProgress progress, TextWriter output, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Tell, TimeProvider.System);
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                await output.WriteLineAsync(progress.View().ToString());
            }
        }
        catch (OperationCanceledException)
        {
            // the load ended
        }
    }

    private static DatasetShape Shape(string[] arguments)
    {
        if (arguments is not ["load", ..])
        {
            throw new FormatException(Usage);
        }

        var shape = new DatasetShape(DatasetShape.DefaultWorkers, DatasetShape.DefaultSeed);
        for (var at = 1; at < arguments.Length; at += 2)
        {
            var value = at + 1 < arguments.Length ? arguments[at + 1] : null;
            shape = arguments[at] switch
            {
                "--workers" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var workers) && workers is >= 1 and <= DatasetShape.MostWorkers => shape with { Workers = workers },
                "--seed" when long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seed) => shape with { Seed = seed },
                var option => throw new FormatException($"'{option}{(value is null ? "" : $" {value}")}' is not accepted; {Usage}"),
            };
        }

        return shape;
    }
}
