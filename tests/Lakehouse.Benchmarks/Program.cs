using System.Globalization;
using System.Runtime.InteropServices;
using Lakehouse.Benchmarks;
using Lakehouse.Benchmarks.Machine;
using Lakehouse.Benchmarks.Report;
using Lakehouse.Benchmarks.Runs;
using Lakehouse.Benchmarks.Servers;
using Lakehouse.Benchmarks.Targets;

if (args is [FloorServer.Command or SinkServer.Command, ..])
{
    var ports = args.Skip(1).Select(text => int.Parse(text, CultureInfo.InvariantCulture)).ToArray();
    await (args[0] == FloorServer.Command ? FloorServer.RunAsync(ports[0], ports[1], ports[2]) : SinkServer.RunAsync(ports[0]));
    return 0;
}

using var stop = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
try
{
    var options = BenchmarkOptions.Parse(args);
    Prerequisites.Check(options);
    var machine = await MachineFacts.ReadAsync(Prerequisites.Find("postgres")!, stop.Token);
    await using var stage = new Stage();
    var (section, text) = options switch
    {
        { Soak: true } => ("soak", SoakReport.Write(await Soak.RunAsync(await HouseAsync(), stop.Token), machine)),
        { Staffing: true } => ("staffing", StaffingReport.Write(await StaffingRun.RunAsync((await HouseAsync()).Lakehouse!, stop.Token), machine)),
        { Ablation: true } => ("ablation", AblationReport.Write(await Ablation.RunAsync(stage, stop.Token))),
        _ => ("comparison", ComparisonReport.Write(await Comparison.RunAsync(await HouseAsync(), options, stop.Token), options, machine)),
    };
    Console.WriteLine(text);
    if (options.Write is { } document)
    {
        await MarkedSection.ReplaceAsync(document, section, text, stop.Token);
    }

    return 0;

    Task<House> HouseAsync() => House.StartAsync(stage, options.Targets, stop.Token);
}
catch (BenchmarkException problem)
{
    Console.Error.WriteLine(problem.Message);
    return 2;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    Console.Error.WriteLine("stopped");
    return 130;
}

void Stop(PosixSignalContext signal)
{
    // not at once: first everything that was started is taken away
    signal.Cancel = true;
    stop.Cancel();
}
