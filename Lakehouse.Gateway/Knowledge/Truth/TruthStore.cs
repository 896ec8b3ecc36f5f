using Lakehouse.Gateway.Configuration;
using Lakehouse.Gateway.Errors;

namespace Lakehouse.Gateway.Knowledge.Truth;

/// <summary>The rules that hold now, swapped in one step: a request keeps those that it began with.</summary>
internal sealed partial class TruthStore(TruthRules first, TruthFolder folder, TimeProvider time, ILogger<TruthStore> logger)
{
    private volatile TruthRules _current = first;

    public TruthRules Current => _current;

    /// <summary>Reads the folder again.</summary>
    /// <exception cref="ApiError">422 with every fault; what was in force stays in force.</exception>
    public TruthRules Reload(string by)
    {
        try
        {
            _current = folder.Load(time.GetUtcNow());
        }
        catch (ConfigException wrong)
        {
            LogRefused(by, wrong.Message);
            throw new ApiError(422, "truth_invalid", $"The rules are wrong and not taken; the {_current.All.Count} of before stay in force.\n{wrong.Message}");
        }

        LogTaken(_current.All.Count, by);
        return _current;
    }

    [LoggerMessage(LogLevel.Information, "{Count} truth rules were loaded again by {By}.")]
    private partial void LogTaken(int count, string by);

    [LoggerMessage(LogLevel.Error, "{By} asked for other truth rules, which are wrong and not taken.\n{Faults}")]
    private partial void LogRefused(string by, string faults);
}
