using System.Security.Cryptography;
using Lakehouse.Testing;
using Npgsql;

namespace Lakehouse.Benchmarks.Targets;

/// <summary>Ours as it is shipped, with everything on: key, routing rule, three caps, prices, ledger, telemetry to a sink.</summary>
internal sealed class LakehouseGateway
{
    private const string EnoughOfAnything = "4000000000000000";
    private readonly string _ledger;
    private readonly int _sink;

    private LakehouseGateway(Target target, string ledger, int sink, string url, string key, string operatorKey) =>
        (Target, _ledger, _sink, Url, Key, OperatorKey) = (target, ledger, sink, url, key, operatorKey);

    public Target Target { get; }

    public string Url { get; }

    /// <summary>Of the consumer <c>bench</c>.</summary>
    public string Key { get; }

    public string OperatorKey { get; }

    public static async Task<LakehouseGateway> StartAsync(Stage stage, Upstream upstream, CancellationToken cancellationToken)
    {
        var redis = stage.Own(await TestRedis.StartAsync(RedisKind.Real, cancellationToken));
        // a test gives its idle connections back after three seconds; a gateway as it is shipped keeps them
        var usual = new NpgsqlConnectionStringBuilder();
        var ledger = new NpgsqlConnectionStringBuilder(await stage.Own(new TestPostgres()).CreateDatabaseAsync(cancellationToken))
        {
            ConnectionIdleLifetime = usual.ConnectionIdleLifetime, ConnectionPruningInterval = usual.ConnectionPruningInterval,
        }.ConnectionString;
        var postgres = Machine.ProcessTree.Named(Environment.ProcessId, "postgres");
        var (sink, _) = await OwnServer.StartAsync(stage, Servers.SinkServer.Command, cancellationToken);
        var port = FreePort.Next();
        var (key, operatorKey) = (Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24)), Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24)));
        var folder = stage.Folder("lakehouse");
        var (providers, routing) = (Path.Combine(folder, "providers.toml"), Path.Combine(folder, "routing.toml"));
        await File.WriteAllTextAsync(providers, Provider("whole", upstream.Whole) + Provider("streamed", upstream.Streamed), cancellationToken);
        await File.WriteAllTextAsync(routing, Rule("whole", "bench-buffered") + Rule("streamed", "bench-streamed"), cancellationToken);

        // Its log goes to a file, as a service manager would have it: kept in our memory it would be ours that grows. Not beside
        // its configuration, whose folder it watches. It stands in its own folder, where its appsettings.json is.
        var assembly = Built.Assembly("Lakehouse.Gateway");
        var gateway = stage.Own(ChildProcess.Start("sh", ["-c", "exec dotnet \"$0\" >\"$1\" 2>&1", assembly, Path.Combine(stage.Folder("log"), "gateway.log")],
            new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["ASPNETCORE_ENVIRONMENT"] = "Production",
                ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{port}",
                ["ConnectionStrings__redis"] = $"127.0.0.1:{redis.Port}",
                ["ConnectionStrings__lakehouse"] = ledger,
                ["OTEL_EXPORTER_OTLP_ENDPOINT"] = $"http://127.0.0.1:{sink}",
                ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "grpc",
                ["OTEL_SERVICE_NAME"] = "gateway",
                ["Providers__File"] = providers,
                ["Routing__File"] = routing,
                ["Keys__bench"] = key,
                ["Keys__operator"] = operatorKey,
                ["Budgets__Consumers__bench__Calls"] = EnoughOfAnything,
                ["Budgets__Consumers__bench__Tokens"] = EnoughOfAnything,
                ["Budgets__Consumers__bench__NanoUsd"] = EnoughOfAnything,
            }, Path.GetDirectoryName(assembly)!));
        await Listening.WaitAsync(port, gateway, cancellationToken);
        var endpoint = Endpoint.At(port, ("Authorization", $"Bearer {key}"));
        return new(new(TargetNames.Lakehouse, endpoint, endpoint, gateway.Id, new([redis.Process.Id], postgres)), ledger, sink, $"http://127.0.0.1:{port}", key, operatorKey);
    }

    /// <returns>Calls in the ledger.</returns>
    public async Task<long> LedgerRowsAsync(CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(_ledger);
        await connection.OpenAsync(cancellationToken);
        await using var count = new NpgsqlCommand("select count(*) from gateway.usage where outcome = 'ok' and charged_calls = 1 and cost_nano_usd > 0", connection);
        return (long)(await count.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <returns>What the sink took.</returns>
    public Task<Servers.Telemetry> TelemetryAsync(CancellationToken cancellationToken) => Servers.SinkServer.CountAsync(_sink, cancellationToken);

    private static string Provider(string name, int port) => $"""
        [{name}]
        kind = "openai"
        base_url = "http://127.0.0.1:{port}/v1"
        paid = true

        [[{name}.models]]
        name = "bench-model"
        input_nano_usd_per_token = 750
        output_nano_usd_per_token = 4500
        source_url = "http://127.0.0.1/canned"
        as_of = "2025-01-01"
        context_tokens = 131072


        """;

    private static string Rule(string provider, string model) => $"""
        [[rule]]
        name = "{provider}"
        model = "{model}"
        chain = ["{provider}/bench-model"]


        """;
}
