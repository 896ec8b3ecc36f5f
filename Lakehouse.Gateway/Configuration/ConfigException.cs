namespace Lakehouse.Gateway.Configuration;

/// <summary>All faults of both files at once, one a line.</summary>
internal sealed class ConfigException(IReadOnlyList<string> faults) : Exception(string.Join(Environment.NewLine, faults))
{
    public IReadOnlyList<string> Faults { get; } = faults;

    // what the runtime prints when the start fails: the operator needs the list and no stack
    public override string ToString() => $"The configuration is wrong:{Environment.NewLine}{Message}";
}
