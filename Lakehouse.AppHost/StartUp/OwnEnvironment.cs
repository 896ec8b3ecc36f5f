namespace Lakehouse.AppHost.StartUp;

/// <summary>
/// What was said to this process alone must not be inherited by everything that it starts: a key or a connection string is
/// given to the one service that needs it, and only our own standard input is held by who started us.
/// </summary>
internal static class OwnEnvironment
{
    private static readonly string[] Own = ["OLLAMA_API_KEY", "ConnectionStrings__", "Lakehouse__", "LAKEHOUSE_STOP_WITH_STDIN"];

    /// <summary>Called once the configuration and <see cref="Leave"/> have read it.</summary>
    public static void Forget()
    {
        foreach (var name in Environment.GetEnvironmentVariables().Keys.Cast<string>()
            .Where(name => Array.Exists(Own, own => name.StartsWith(own, StringComparison.OrdinalIgnoreCase))).ToList())
        {
            Environment.SetEnvironmentVariable(name, null);
        }
    }
}
