using System.Text.Json;

namespace Lakehouse.BotWorker.Sandbox;

/// <summary>Finds out how a target's tests are run.</summary>
internal static class TestCommands
{
    public const string Accepted = "Cargo.toml (cargo test), bun.lock or bun.lockb (bun test), a package.json with a test script (npm test), "
        + "a solution or project file (dotnet test), a Makefile with a target 'test' (make test), or the setting Bot:TestCommand";

    private static readonly string[] DotnetFiles = ["*.sln", "*.slnx", "*.csproj"];

    // the order in which make looks
    private static readonly string[] Makefiles = ["GNUmakefile", "makefile", "Makefile"];

    /// <param name="configured">One line, split into words as a shell splits them; it wins over what is found.</param>
    /// <returns>Null when nothing is configured and none of the known files is there.</returns>
    public static TestCommand? Detect(string worktree, string? configured)
    {
        if (!string.IsNullOrWhiteSpace(configured))
        {
            var words = CommandLine.Split(configured) ?? throw new FormatException($"Bot:TestCommand is '{configured}'; accepted is {CommandLine.Accepted}.");
            return new TestCommand(words[0], words.Skip(1).ToList(), configured.Trim());
        }

        bool Has(string file) => File.Exists(Path.Combine(worktree, file));
        return Has("Cargo.toml") ? Of("cargo", "test")
            : Has("bun.lockb") || Has("bun.lock") ? Of("bun", "test")
            : HasTestScript(Path.Combine(worktree, "package.json")) ? Of("npm", "test")
            : HasDotnetProject(worktree) ? Of("dotnet", "test")
            : HasTestTarget(worktree) ? Of("make", "test")
            : null;
    }

    private static TestCommand Of(string program, string argument) => new(program, [argument], $"{program} {argument}");

    private static bool HasDotnetProject(string worktree) =>
        DotnetFiles.Any(pattern => Directory.EnumerateFiles(worktree, pattern).Any());

    private static bool HasTestScript(string package)
    {
        if (!File.Exists(package))
        {
            return false;
        }

        try
        {
            using var document = JsonDocument.Parse(File.ReadAllText(package));
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("scripts", out var scripts)
                && scripts.ValueKind == JsonValueKind.Object
                && scripts.TryGetProperty("test", out var test)
                && test.ValueKind == JsonValueKind.String
                // what "npm init" writes for a package without tests
                && !test.GetString()!.Contains("no test specified", StringComparison.Ordinal);
        }
        catch (JsonException)
        {
            // npm could not read it either
            return false;
        }
    }

    private static bool HasTestTarget(string worktree) =>
        Makefiles
            .Select(name => Path.Combine(worktree, name))
            .FirstOrDefault(File.Exists) is { } makefile
        && File.ReadLines(makefile).Any(line => !line.StartsWith('\t') && !line.StartsWith('#') && IsTestRule(line));

    private static bool IsTestRule(string line)
    {
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        var assigns = colon >= 0 && line[(colon + 1)..].TrimStart(':').StartsWith('=');
        return colon > 0 && !assigns && line[..colon].Split(' ', StringSplitOptions.RemoveEmptyEntries).Contains("test");
    }
}
