using System.Globalization;
using System.Reflection;
using Lakehouse.Testing;

namespace Lakehouse.Benchmarks.Targets;

/// <summary>This assembly once more, as a process of its own that is measured, or that takes what is not measured.</summary>
internal static class OwnServer
{
    public static async Task<(int Port, int ProcessId)> StartAsync(Stage stage, string command, CancellationToken cancellationToken, params int[] ports)
    {
        var port = FreePort.Next();
        var arguments = ports.Prepend(port).Select(number => number.ToString(CultureInfo.InvariantCulture));
        var process = stage.Own(ChildProcess.StartAssembly(Assembly.GetExecutingAssembly().Location, [command, .. arguments]));
        await Listening.WaitAsync(port, process, cancellationToken);
        return (port, process.Id);
    }

    public static async Task<Target> StartFloorAsync(Stage stage, Upstream upstream, CancellationToken cancellationToken)
    {
        var (port, process) = await StartAsync(stage, Servers.FloorServer.Command, cancellationToken, upstream.Whole, upstream.Streamed);
        return new(TargetNames.Floor, Endpoint.At(port), Endpoint.At(port), process);
    }
}
