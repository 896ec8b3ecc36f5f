using System.Globalization;

namespace Lakehouse.SystemTests;

/// <summary>What Linux says of a process.</summary>
internal sealed record OwnedProcess(int Id, string CommandLine, IReadOnlyDictionary<string, string> Environment, string Folder)
{
    public static IEnumerable<OwnedProcess> All() => Directory.EnumerateDirectories("/proc")
        .Select(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id) ? Read(id) : null)
        .OfType<OwnedProcess>();

    /// <summary>PostgreSQL's processes overwrite their environment, but work in their data folder.</summary>
    public bool Belongs(string marker, string data) =>
        Environment.Any(pair => $"{pair.Key}={pair.Value}" == marker)
        || Folder.StartsWith(data, StringComparison.Ordinal)
        || CommandLine.Contains(data, StringComparison.Ordinal);

    public override string ToString() => $"{Id} {CommandLine}";

    private static OwnedProcess? Read(int id)
    {
        try
        {
            // a zombie has ended: it has no command line any more
            var line = File.ReadAllText($"/proc/{id}/cmdline").Replace('\0', ' ').Trim();
            return line.Length == 0 ? null : new OwnedProcess(id, line, Variables(id), new FileInfo($"/proc/{id}/cwd").LinkTarget ?? "");
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static Dictionary<string, string> Variables(int id) => File.ReadAllText($"/proc/{id}/environ")
        .Split('\0', StringSplitOptions.RemoveEmptyEntries)
        .Select(pair => pair.Split('=', 2))
        .Where(pair => pair.Length == 2)
        .GroupBy(pair => pair[0], StringComparer.Ordinal)
        .ToDictionary(pairs => pairs.Key, pairs => pairs.First()[1], StringComparer.Ordinal);
}
