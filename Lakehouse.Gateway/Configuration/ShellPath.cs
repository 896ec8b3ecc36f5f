namespace Lakehouse.Gateway.Configuration;

/// <summary>Paths of a command line.</summary>
internal static class ShellPath
{
    // dotnet run starts the program in the project's folder, while a person means paths from where the shell is
    public static string Of(string path) =>
        !Path.Exists(path) && Environment.GetEnvironmentVariable("PWD") is { Length: > 0 } shell && Path.Exists(Path.Combine(shell, path)) ? Path.Combine(shell, path) : Path.GetFullPath(path);
}
