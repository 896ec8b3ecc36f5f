namespace Lakehouse.BotWorker.Sandbox;

/// <summary>What a target's tests may see of the worker's environment: names on a list, never what is left over.</summary>
internal static class SandboxEnvironment
{
    /// <summary>Marks every process of a run, also one that left its group.</summary>
    public const string Marker = "LAKEHOUSE_SANDBOX";

    private static readonly string[] Passed =
        ["PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "DOTNET_ROOT", "DOTNET_HOST_PATH", "JAVA_HOME", "SystemRoot"];

    public static IReadOnlyDictionary<string, string> Create(string home, string marker)
    {
        var environment = Passed
            .Select(name => (Name: name, Value: Environment.GetEnvironmentVariable(name)))
            .Where(pair => !string.IsNullOrEmpty(pair.Value))
            .ToDictionary(pair => pair.Name, pair => pair.Value!);
        environment["HOME"] = home;
        environment["TMPDIR"] = Path.Combine(home, "tmp");
        environment["CI"] = "1";
        environment["NO_COLOR"] = "1";
        environment["DOTNET_CLI_HOME"] = home;
        environment["DOTNET_NOLOGO"] = "1";
        environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        environment["DOTNET_SKIP_FIRST_TIME_EXPERIENCE"] = "1";
        // build servers outlive the command that started them
        environment["MSBUILDDISABLENODEREUSE"] = "1";
        environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        environment["UseSharedCompilation"] = "false";
        environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        environment["GIT_CONFIG_NOSYSTEM"] = "1";
        environment["GIT_TERMINAL_PROMPT"] = "0";
        environment[Marker] = marker;
        return environment;
    }
}
