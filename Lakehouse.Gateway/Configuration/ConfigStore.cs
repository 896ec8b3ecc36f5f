namespace Lakehouse.Gateway.Configuration;

/// <summary>The configuration that holds now.</summary>
internal sealed class ConfigStore(GatewayConfig first)
{
    private volatile GatewayConfig _current = first;
    private volatile RefusedConfig? _fault;

    public void Refuse(RefusedConfig fault) => _fault = fault;

    public void Take(GatewayConfig config)
    {
        _current = config;
        _fault = null;
    }

    /// <summary>Swapped in one step: read it once per request and pass it on.</summary>
    public GatewayConfig Current => _current;

    /// <summary>Why the files as they are now were not taken; null = they were.</summary>
    public RefusedConfig? Fault => _fault;
}
