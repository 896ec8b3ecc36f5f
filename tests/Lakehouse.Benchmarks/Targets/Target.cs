using Lakehouse.Benchmarks.Load;

namespace Lakehouse.Benchmarks.Targets;

/// <summary>One thing that is measured, while it runs.</summary>
/// <param name="ProcessId">With its descendants, all processes of the target.</param>
/// <param name="Stores">Redis and Postgres behind it, whose cost is reported beside.</param>
internal sealed record Target(string Name, Endpoint Buffered, Endpoint Streamed, int ProcessId, Stores? Stores = null)
{
    public Endpoint Endpoint(Mode mode) => mode == Mode.Buffered ? Buffered : Streamed;
}

internal sealed record Endpoint(Uri Url, IReadOnlyDictionary<string, string> Headers)
{
    private const string Path = "/v1/chat/completions";

    public static Endpoint At(int port, params (string Name, string Value)[] headers) => new(
        new Uri($"http://127.0.0.1:{port}{Path}"),
        headers.Prepend(("Content-Type", "application/json")).ToDictionary(header => header.Item1, header => header.Item2, StringComparer.OrdinalIgnoreCase));
}

internal sealed record Stores(IReadOnlyList<int> Redis, IReadOnlyList<int> Postgres);
