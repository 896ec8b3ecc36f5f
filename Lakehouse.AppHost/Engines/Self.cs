using System.Runtime.InteropServices;

namespace Lakehouse.AppHost.Engines;

/// <summary>How this very program is started again: as the executable that it is, or as an assembly under <c>dotnet</c>.</summary>
internal static class Self
{
    public static (string Program, string[] FirstArguments) Command =>
        Environment.ProcessPath is { } program && !string.Equals(Path.GetFileNameWithoutExtension(program), "dotnet", StringComparison.OrdinalIgnoreCase)
            ? (program, [])
            : (Environment.ProcessPath ?? "dotnet", [typeof(Self).Assembly.Location]);

    /// <summary>The <c>dotnet</c> whose runtime this is; it need not be on PATH.</summary>
    public static string Dotnet { get; } = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));
}
