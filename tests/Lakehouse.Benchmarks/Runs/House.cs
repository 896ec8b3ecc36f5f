using Lakehouse.Benchmarks.Load;
using Lakehouse.Benchmarks.Targets;

namespace Lakehouse.Benchmarks.Runs;

/// <summary>Every target that was asked for, running and answering.</summary>
internal sealed record House(IReadOnlyList<Target> Targets, LakehouseGateway? Lakehouse)
{
    public static async Task<House> StartAsync(Stage stage, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var upstream = await Nginx.StartUpstreamAsync(stage, cancellationToken);
        var targets = new List<Target>();
        LakehouseGateway? lakehouse = null;
        foreach (var name in TargetNames.All.Where(names.Contains))
        {
            Console.Error.WriteLine($"starting {name}");
            targets.Add(name switch
            {
                TargetNames.Direct => upstream.Direct,
                TargetNames.Nginx => await Nginx.StartPassThroughAsync(stage, upstream, cancellationToken),
                TargetNames.Floor => await OwnServer.StartFloorAsync(stage, upstream, cancellationToken),
                TargetNames.Portkey => await PortkeyGateway.StartAsync(stage, upstream, cancellationToken),
                _ => (lakehouse = await LakehouseGateway.StartAsync(stage, upstream, cancellationToken)).Target,
            });
        }

        foreach (var target in targets)
        {
            await Reply.CheckAsync(target, Mode.Buffered, cancellationToken);
            await Reply.CheckAsync(target, Mode.Streamed, cancellationToken);
        }

        return new(targets, lakehouse);
    }
}
