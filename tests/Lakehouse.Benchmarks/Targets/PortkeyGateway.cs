using System.Globalization;
using Lakehouse.Benchmarks.Machine;
using Lakehouse.Testing;

namespace Lakehouse.Benchmarks.Targets;

/// <summary>Portkey's gateway (https://github.com/Portkey-AI/gateway) as it comes from npm, without its log page.</summary>
internal static class PortkeyGateway
{
    public static async Task<Target> StartAsync(Stage stage, Upstream upstream, CancellationToken cancellationToken)
    {
        var port = FreePort.Next();
        var process = stage.Own(ChildProcess.Start("node",
            ["-r", "./loopback.cjs", "node_modules/@portkey-ai/gateway/build/start-server.js", $"--port={port}", "--headless"],
            new Dictionary<string, string?>(StringComparer.Ordinal) { ["NODE_ENV"] = "production" }, Prerequisites.Portkey));
        await Listening.WaitAsync(port, process, cancellationToken);
        return new(TargetNames.Portkey, At(upstream.Whole), At(upstream.Streamed), process.Id);

        Endpoint At(int upstreamPort) => Endpoint.At(port,
            ("Authorization", "Bearer no-key-is-needed"),
            ("x-portkey-provider", "openai"),
            ("x-portkey-custom-host", string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{upstreamPort}/v1")));
    }
}
