using System.Globalization;
using Lakehouse.Benchmarks.Machine;
using Lakehouse.Testing;

namespace Lakehouse.Benchmarks.Targets;

/// <summary>nginx as the model vendor, and as the pass-through that costs least.</summary>
internal static class Nginx
{
    // a parameter of nginx's configuration is at most 4 kB long
    private const int EventsAVariable = 10;

    /// <returns>The upstream and its two ports: whole replies, and streamed ones.</returns>
    public static async Task<Upstream> StartUpstreamAsync(Stage stage, CancellationToken cancellationToken)
    {
        var (whole, streamed) = (FreePort.Next(), FreePort.Next());
        var parts = CannedReplies.Streamed.Chunk(EventsAVariable).Select(events => string.Concat(events)).ToList();
        var servers = $$"""
            server { listen 127.0.0.1:{{whole}} backlog=4096; default_type application/json; location / { return 200 '{{CannedReplies.Buffered}}'; } }
            server { listen 127.0.0.1:{{streamed}} backlog=4096; default_type text/event-stream;
            {{string.Concat(parts.Select((part, index) => $"set $part{index} '{part}';\n"))}}
            location / { return 200 '{{string.Concat(parts.Select((_, index) => $"$part{index}"))}}'; } }
            """;
        var process = await StartAsync(stage, "upstream", servers, whole, cancellationToken);
        return new(whole, streamed, process.Id);
    }

    public static async Task<Target> StartPassThroughAsync(Stage stage, Upstream upstream, CancellationToken cancellationToken)
    {
        var (whole, streamed) = (FreePort.Next(), FreePort.Next());
        var servers = $$"""
            upstream whole { server 127.0.0.1:{{upstream.Whole}}; keepalive 256; }
            upstream streamed { server 127.0.0.1:{{upstream.Streamed}}; keepalive 256; }
            proxy_http_version 1.1; proxy_set_header Connection "";
            server { listen 127.0.0.1:{{whole}} backlog=4096; location / { proxy_pass http://whole; } }
            server { listen 127.0.0.1:{{streamed}} backlog=4096; location / { proxy_buffering off; proxy_pass http://streamed; } }
            """;
        var process = await StartAsync(stage, "pass-through", servers, whole, cancellationToken);
        return new(TargetNames.Nginx, Endpoint.At(whole), Endpoint.At(streamed), process.Id);
    }

    private static async Task<ChildProcess> StartAsync(Stage stage, string name, string servers, int port, CancellationToken cancellationToken)
    {
        var folder = stage.Folder(name);
        var configuration = Path.Combine(folder, "nginx.conf");
        await File.WriteAllTextAsync(configuration, $$"""
            daemon off; worker_processes {{Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture)}}; worker_rlimit_nofile 8192;
            pid nginx.pid; error_log error.log error;
            events { worker_connections 4096; }
            http {
            access_log off; tcp_nodelay on; keepalive_requests 1000000000; keepalive_timeout 300s; client_body_buffer_size 64k;
            client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
            {{servers}}
            }
            """, cancellationToken);
        var process = stage.Own(Guarded.Start(Prerequisites.Find("nginx")!, "-p", folder, "-e", "error.log", "-c", configuration));
        await Listening.WaitAsync(port, process, cancellationToken);
        return process;
    }
}

/// <summary>The canned model vendor.</summary>
internal sealed record Upstream(int Whole, int Streamed, int ProcessId)
{
    public Target Direct => new(TargetNames.Direct, Endpoint.At(Whole), Endpoint.At(Streamed), ProcessId);
}
