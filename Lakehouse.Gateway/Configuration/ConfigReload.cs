namespace Lakehouse.Gateway.Configuration;

/// <summary>Takes changed files in one step, or says what is wrong with them and leaves everything as it is.</summary>
internal sealed partial class ConfigReload(ConfigFiles files, ConfigStore store, TimeProvider time, ILogger<ConfigReload> logger)
{
    private readonly Lock _gate = new();
    private string _seen = store.Current.Version;

    /// <summary>Whether the files are not those that were looked at last.</summary>
    public bool IsDue(ConfigText text)
    {
        lock (_gate)
        {
            return text.Version != _seen;
        }
    }

    /// <summary>Looks at the files now.</summary>
    /// <returns>Whether something new was taken.</returns>
    public bool CheckNow() => Take(files.Read());

    public bool Take(ConfigText text)
    {
        lock (_gate)
        {
            if (text.Version == _seen)
            {
                return false;
            }

            _seen = text.Version;
            try
            {
                var next = files.Parse(text, time.GetUtcNow());
                var changes = ConfigChanges.Between(store.Current, next);
                store.Take(next);
                LogTaken(next.Version, changes.Count == 0 ? "nothing that matters" : string.Join(", ", changes));
                return true;
            }
            catch (ConfigException wrong)
            {
                store.Refuse(new(wrong.Message, time.GetUtcNow()));
                LogRefused(store.Current.Version, wrong.Message);
                return false;
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "Configuration {Version} is taken: {Changes}.")]
    private partial void LogTaken(string version, string changes);

    [LoggerMessage(LogLevel.Error, "The changed configuration is wrong and not taken; {Version} stays in force.\n{Faults}")]
    private partial void LogRefused(string version, string faults);
}
