namespace Lakehouse.Gateway.Configuration;

/// <summary>Collects what is wrong, so that all of it is told at once.</summary>
internal sealed class ConfigFaults
{
    private readonly List<(string File, int Line, string Text)> _faults = [];

    public void Add(string file, int line, string text) => _faults.Add((file, line, text));

    /// <param name="value">As <see cref="Quoted"/> shows it.</param>
    public void Add(string file, int line, string key, string value, string accepted) => Add(file, line, $"{key} is {value}; accepted is {accepted}.");

    /// <exception cref="ConfigException">There is a fault.</exception>
    public void ThrowIfAny()
    {
        if (_faults.Count > 0)
        {
            throw new ConfigException([.. _faults
                .OrderBy(fault => fault.File, StringComparer.Ordinal).ThenBy(fault => fault.Line)
                .Select(fault => fault.Line > 0 ? $"{fault.File}({fault.Line}): {fault.Text}" : $"{fault.File}: {fault.Text}")]);
        }
    }
}
