using Lakehouse.Testing;

namespace Lakehouse.Benchmarks.Machine;

/// <summary>Programs and builds that must be there. Names what is missing and how to get it; installs nothing.</summary>
internal static class Prerequisites
{
    public static readonly string Portkey = Path.Combine(Built.Checkout, "tests", "Lakehouse.Benchmarks", "portkey");

    private static readonly (string Program, string Package)[] Programs =
        [("wrk", "wrk"), ("nginx", "nginx-light"), ("redis-server", "redis-server"), ("postgres", "postgresql"), ("node", "nodejs")];

    public static void Check(BenchmarkOptions options)
    {
        var missing = new List<string>();
        if (Built.Configuration != "Release")
        {
            missing.Add($"A Release build: this is {Built.Configuration}. dotnet run -c Release --project tests/Lakehouse.Benchmarks");
        }

        var wanted = Programs.Where(program => program.Program != "node" || options.Targets.Contains(TargetNames.Portkey)).Where(program => Find(program.Program) is null).ToList();
        if (wanted.Count > 0)
        {
            missing.Add($"{string.Join(", ", wanted.Select(program => program.Program))}: apt-get install -y --no-install-recommends {string.Join(' ', wanted.Select(program => program.Package))}");
        }

        if (options.Targets.Contains(TargetNames.Portkey) && !Directory.Exists(Path.Combine(Portkey, "node_modules", "@portkey-ai")))
        {
            missing.Add($"Portkey's gateway: (cd {Path.GetRelativePath(Environment.CurrentDirectory, Portkey)} && npm ci --ignore-scripts)");
        }

        if (missing.Count > 0)
        {
            throw new BenchmarkException($"Missing:{Environment.NewLine}{string.Join(Environment.NewLine, missing)}");
        }
    }

    /// <returns>The program's path; also from where Debian puts programs that an ordinary PATH does not name.</returns>
    public static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
        .Append("/usr/sbin").Concat(Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin")) : [])
        .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
}
