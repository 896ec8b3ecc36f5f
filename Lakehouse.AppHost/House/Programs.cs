using Lakehouse.AppHost.Engines;

namespace Lakehouse.AppHost.House;

/// <summary>Programs of this machine that the house needs.</summary>
internal static class Programs
{
    private static readonly string[] Suffixes = OperatingSystem.IsWindows() ? [".exe", ".cmd"] : [""];

    public static void RequireGit()
    {
        if (Find("git") is null)
        {
            throw new EngineException("git was not found on PATH; the bot works on git checkouts. Install it: `apt-get install git` (Debian, Ubuntu), `brew install git` (macOS), `winget install Git.Git` (Windows).");
        }
    }

    /// <returns>The program's full path, or null when it is not on PATH.</returns>
    public static string? Find(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .SelectMany(folder => Suffixes, (folder, suffix) => Path.Combine(folder, name + suffix))
        .FirstOrDefault(File.Exists);
}
