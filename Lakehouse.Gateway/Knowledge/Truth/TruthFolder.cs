using Lakehouse.Gateway.Configuration;

namespace Lakehouse.Gateway.Knowledge.Truth;

/// <summary>Where the rules are: those of every gateway in <c>BuiltIn/</c>, and the operator's in a folder.</summary>
internal sealed class TruthFolder(string path)
{
    private const string Embedded = "truth/";

    public string Path { get; } = path;

    /// <summary><c>Truth:Folder</c>, or <c>truth/</c>: of the checkout, else beside the program.</summary>
    public static TruthFolder Of(IConfiguration configuration, string contentRoot)
    {
        if (configuration["Truth:Folder"] is { Length: > 0 } chosen)
        {
            return new(System.IO.Path.GetFullPath(chosen, contentRoot));
        }

        var own = System.IO.Path.Combine(contentRoot, "truth");
        return new(Directory.Exists(own) ? own : System.IO.Path.Combine(AppContext.BaseDirectory, "truth"));
    }

    /// <summary>The built-in rules first, then the files in the order of their names.</summary>
    /// <exception cref="ConfigException">With every fault of every file.</exception>
    public TruthRules Load(DateTimeOffset now)
    {
        var (faults, known) = (new ConfigFaults(), new Dictionary<string, string>(StringComparer.Ordinal));
        var rules = new List<TruthRule>();
        foreach (var name in typeof(TruthFolder).Assembly.GetManifestResourceNames().Where(name => name.StartsWith(Embedded, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var text = new StreamReader(typeof(TruthFolder).Assembly.GetManifestResourceStream(name)!);
            var source = $"built-in {name[Embedded.Length..]}";
            rules.AddRange(Read(new(source, text.ReadToEnd(), null), source));
        }

        foreach (var file in Files(faults))
        {
            rules.AddRange(Read(FileText.Read(file), System.IO.Path.GetFileName(file)));
        }

        faults.ThrowIfAny();
        return new(rules, Path, now);

        IReadOnlyList<TruthRule> Read(FileText text, string source) => text.Parse(faults) is { } file ? new TruthFile(file, source, known, faults).Read() : [];
    }

    // no rule is in force by accident, and none is missing by one: an empty folder is more likely a wrong one
    private List<string> Files(ConfigFaults faults)
    {
        try
        {
            List<string> files = [.. Directory.EnumerateFiles(Path, "*.toml").Order(StringComparer.Ordinal)];
            if (files.Count == 0)
            {
                faults.Add(Path, 0, "the folder has no *.toml; accepted is a folder with at least one, which may be without rules.");
            }

            return files;
        }
        catch (DirectoryNotFoundException)
        {
            faults.Add(Path, 0, "the folder is missing; accepted is a folder with *.toml files (docs/truth.md).");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            faults.Add(Path, 0, $"the folder cannot be read ({problem.GetType().Name}); accepted is a folder that the gateway's user may read.");
        }

        return [];
    }
}
