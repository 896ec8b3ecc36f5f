using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Lakehouse.AppHost.Engines;

/// <summary>
/// Who PostgreSQL runs as; it refuses root. A user namespace of its own shows it an ordinary uid while the files stay ours.
/// Where the system refuses that (some containers), it becomes the user <c>postgres</c> or <c>nobody</c>, who could not enter
/// a home of mode 0700: its data then is under /var/lib/lakehouse.
/// </summary>
internal sealed partial record PostgresAccount(string[] Prefix, string Data)
{
    private const string Shared = "/var/lib/lakehouse";

    public static PostgresAccount For(string data)
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
        {
            return new([], data);
        }

        if (Find("unshare") is { } unshare && Succeeds(unshare, "--user", "true"))
        {
            return new([unshare, "--user"], data);
        }

        var (name, uid, gid) = ReadUser("postgres") ?? ReadUser("nobody") ?? throw Refused("there is neither a user postgres nor nobody");
        var setpriv = Find("setpriv") ?? throw Refused("setpriv (package util-linux) was not found");
        return new([setpriv, $"--reuid={uid}", $"--regid={gid}", "--clear-groups", "--"], OwnFolder(data, name, uid, gid));
    }

    public EngineProcess Start(string program, IEnumerable<string> arguments, bool quiet = false)
    {
        string[] line = [.. Prefix, program, .. arguments];
        return EngineProcess.Start(new ProcessStartInfo(line[0], line[1..]), quiet ? _ => { } : Console.WriteLine);
    }

    // one folder for each data folder: its own name, and enough of its path to tell two checkouts apart
    [SupportedOSPlatform("linux")]
    private static string OwnFolder(string data, string name, uint uid, uint gid)
    {
        var folder = Path.Combine(Shared, Path.GetRelativePath("/", data).Replace('/', '_'));
        Directory.CreateDirectory(Shared, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        if (ChangeOwner(folder, uid, gid) != 0)
        {
            throw Refused($"{folder} could not be given to {name}");
        }

        Console.WriteLine($"PostgreSQL runs as {name}, with its data in {folder}: this system refuses a user namespace.");
        return Path.Combine(folder, "data");
    }

    private static (string Name, uint Uid, uint Gid)? ReadUser(string name) =>
        File.ReadLines("/etc/passwd").Select(line => line.Split(':')).FirstOrDefault(fields => fields.Length > 3 && fields[0] == name) is { } user
            ? (name, uint.Parse(user[2], CultureInfo.InvariantCulture), uint.Parse(user[3], CultureInfo.InvariantCulture))
            : null;

    private static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Append("/usr/bin").Append("/bin")
        .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    private static bool Succeeds(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    private static EngineException Refused(string why) =>
        new($"PostgreSQL does not run as root, this system refuses `unshare --user`, and {why}. Start the AppHost as an ordinary user, or give a database you have: `--ConnectionStrings:lakehouse=\"Host=…\"`.");

    [LibraryImport("libc", EntryPoint = "chown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwner(string path, uint owner, uint group);
}
