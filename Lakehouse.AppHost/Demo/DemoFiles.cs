using System.Text;

namespace Lakehouse.AppHost.Demo;

/// <summary>The demo's files as they are in the checkout, carried inside the assembly: path → text.</summary>
internal static class DemoFiles
{
    /// <summary>The target repository's first commit.</summary>
    public static IReadOnlyDictionary<string, string> Target { get; } = Under("demo/target/");

    /// <summary>The files of one scripted reply.</summary>
    public static IReadOnlyDictionary<string, string> Reply(string folder) => Under($"demo/script/{folder}/");

    public static string Script => Text("demo/script/script.json");

    private static SortedDictionary<string, string> Under(string prefix)
    {
        var names = typeof(DemoFiles).Assembly.GetManifestResourceNames()
            // on Windows the build writes its own separator into the folder part
            .Select(name => (Name: name, Path: name.Replace('\\', '/')))
            .Where(resource => resource.Path.StartsWith(prefix, StringComparison.Ordinal));
        return new(names.ToDictionary(resource => resource.Path[prefix.Length..], resource => Text(resource.Name), StringComparer.Ordinal), StringComparer.Ordinal);
    }

    private static string Text(string resource)
    {
        using var reader = new StreamReader(typeof(DemoFiles).Assembly.GetManifestResourceStream(resource)!, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
