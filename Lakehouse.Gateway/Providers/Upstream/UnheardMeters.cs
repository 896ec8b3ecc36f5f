using System.Diagnostics.Metrics;

namespace Lakehouse.Gateway.Providers.Upstream;

/// <summary>Meters of a name that nobody listens to, for the client of the vendors: <c>gen_ai.client.operation.duration</c> says of
/// each call what <c>http.client.request.duration</c> would say once more, with a step of its own in every call.</summary>
internal sealed class UnheardMeters : IMeterFactory
{
    private readonly Meter _meter = new("Lakehouse.Unheard");

    public Meter Create(MeterOptions options) => _meter;

    public void Dispose() => _meter.Dispose();
}
